package dev.lazuli.cpu;

/// Inner loops over MLX's affine format: numbers of 4 or 8 bits, the first in the lowest bits of a 32-bit word, with
/// a scale and a bias for each group along the line: w = scale · q + bias.
///
/// The vectors that are multiplied are first written in an order that suits the kernel; scales, biases and sums are
/// float32.
public interface QuantizedKernel {
    /// Bits in four words, which are the smallest group's at 4 bits.
    int QUAD = 128;

    /// Bytes that [#prepare] writes for a vector.
    long preparedBytes(int bits, int depth);

    /// Writes the vector at `x` in the order that [#dot] reads.
    void prepare(int bits, long x, int depth, long to);

    /// Repeats each of `count` scales, once for every four words of its group; a vector beyond the last is read.
    void spread(int bits, int group, long scales, int count, long to);

    /// Σ scale · q[k] · x[k] of a line, with a scale for each four words. A vector beyond the last scale is read.
    float dot(int bits, long words, long scales, int depth, long prepared);

    /// The same for 4 prepared vectors that follow each other, written to `sums`.
    void dot4(int bits, long words, long scales, int depth, long prepared, long sums);

    /// Dequantises a panel: `words` [depth · bits / 32, stride], `scales` and `biases` [depth / group, stride], result
    /// [depth, stride].
    void unpack(int bits, int group, long words, long scales, long biases, int depth, int stride, long to);
}
