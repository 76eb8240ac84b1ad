package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;

/// Inner loops over dense rows of `float32`: what softmax, logsumexp, the norms and rotary embedding are made of.
///
/// Rows are addresses and lengths in elements; `y` may be `x`. Sums have several accumulators, so their last bits
/// depend on the provider.
public interface RowKernels {
    /// y = x, from `float16`, `bfloat16` or `float32`.
    void load(Dtype dtype, long x, long n, long y);

    /// y = x, rounded to `float16` or `bfloat16`, ties to even, or copied as `float32`.
    void store(long x, long n, Dtype dtype, long y);

    /// The largest element, negative infinity if there is none; NaN elements are passed over.
    float max(long x, long n);

    /// y = exp(x - shift), and its sum. Results below 1e-37 may be 0, those above 1e38 may be anything larger.
    float exp(long x, long n, float shift, long y);

    /// y = x * factor.
    void scale(long x, long n, float factor, long y);

    float sum(long x, int n);

    /// The sum of (x - mean)².
    float squares(long x, int n, float mean);

    /// y = (x - mean) * scale * weight + bias; address 0 stands for a weight of ones, a bias of zeros.
    ///
    /// Meanwhile it reads the row at `next`, if that is not 0, so that it will be in the cache; its sum is returned.
    float normalize(long x, int n, float mean, float scale, long weight, long bias, long y, long next);

    /// (y0, y1) = (x0 * cos - x1 * sin, x0 * sin + x1 * cos).
    void rotate(long x0, long x1, long cos, long sin, long n, long y0, long y1);
}
