package dev.lazuli.cpu;

/// Inner loops over MLX's affine format: numbers of a few bits, the first in the lowest bits of a 32-bit word, with a
/// scale and a bias for each group along the line: w = scale · q + bias.
///
/// Vectors are `float32`, and are first written as the kernel wants them. Scales and biases are read as stored.
public interface QuantizedKernel {
    /// Lines that [#lines] multiplies at a time.
    int LINES = 2;

    /// Bytes of scratch that [#lines] needs.
    int SCRATCH = 1 << 9;

    /// Bytes that [#prepare] writes for a vector.
    long preparedBytes(int depth);

    /// Writes the vector at `x` in the way that [#lines] reads it.
    void prepare(long x, int depth, long to);

    /// Writes Σ w[k] · x[k] of two lines to `sums`. Lines, scales and biases are so many bytes apart.
    void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep, int depth,
               long prepared, long scratch, long sums);

    /// Dequantises a panel: `words` [depth · bits / 32, stride], `scales` and `biases` [depth / group, stride] as
    /// `float32`, result [depth, stride].
    void unpack(long words, long scales, long biases, int depth, int stride, long to);

    /// Dequantises a part of a line, in the order in which [#prepare] writes a vector, and divided by what that is
    /// multiplied by. Scales and biases are `float32`; those of a whole vector of groups are read.
    void unpackLine(long words, long scales, long biases, int depth, long to);
}
