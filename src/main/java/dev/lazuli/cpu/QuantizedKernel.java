package dev.lazuli.cpu;

/// Inner loops over MLX's affine format of so many bits: numbers of 4 or 8 bits, the first in the lowest bits of a
/// 32-bit word, with a scale and a bias for each group along the line: w = scale · q + bias.
///
/// The vectors that are multiplied are first written in an order that suits the kernel; scales, biases and sums are
/// float32. A vector beyond the last scale is read.
public interface QuantizedKernel {
    /// Lines that [#lines] multiplies at a time, and vectors that [#vectors] does.
    int WIDTH = 4;

    /// Writes the vector at `x` in the order that [#lines] and [#vectors] read: as many numbers.
    void prepare(long x, int depth, long to);

    /// Writes Σ (scale · q[k] + bias) · x[k] of 4 lines to `sums`. Lines, scales and biases are so many bytes apart.
    ///
    /// @param groupSums the sum of x over each group
    void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep, int depth, int group,
               long x, long groupSums, long sums);

    /// Writes Σ scale · q[k] · x[v, k] of one line to `sums[v]`, for 4 prepared vectors that follow each other.
    void vectors(long words, long scales, int depth, int group, long x, long sums);

    /// Dequantises a panel: `words` [depth · bits / 32, stride], `scales` and `biases` [depth / group, stride], result
    /// [depth, stride].
    void unpack(int group, long words, long scales, long biases, int depth, int stride, long to);
}
