package dev.lazuli.cpu;

/// Inner loops of attention on tiles of `float32` whose columns are queries: a vector holds one key's scores, or one
/// feature's values, for as many queries as it has lanes.
///
/// So a query's maximum, sum and rescaling factor are one lane each, never a sum across lanes, and keys and values are
/// read as scalars, in any layout. Tiles are dense, `n` columns a row, `n` being 1 or a multiple of `width()`.
public interface AttentionKernel {
    /// Queries of a tile's narrowest column.
    int width();

    /// c = c · diag(factors) + a · b, or a · b if `factors` is 0.
    ///
    /// @param a m × k elements, rows `rowStride` and columns `columnStride` bytes apart, one of them 4
    /// @param b k × n tile
    /// @param c m × n tile
    void product(int m, int n, int k, long a, long rowStride, long columnStride, long b, long factors, long c);

    /// A step of softmax that sees the keys block by block: scores become exp(score - max), with the largest score so
    /// far; `max` and `sum` are brought up to date, `factors` say how to rescale what was summed up before.
    ///
    /// A query whose scores are all negative infinity so far has sum 0.
    void softmax(int keys, int n, long scores, long max, long sum, long factors);

    /// What softmax makes of a cotangent: c = weights · (c - delta).
    ///
    /// @param delta the sum of weights · c of each query
    void softmaxGradient(int keys, int n, long weights, long delta, long c);

    /// sums = the sum of each column of a ∘ b, both m × n tiles.
    void dots(int m, int n, long a, long b, long sums);
}
