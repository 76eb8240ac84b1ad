package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;

/// Products of a few vectors with a matrix that is read once; everything is float32 but where a type is named.
public interface MatvecKernel {
    /// Lines that [#tile] and [#halves] multiply at a time, and vectors of a tile.
    int LINES = 4;

    /// Σ line[k] · x[k].
    float dot(long line, long x, int depth);

    /// Adds Σ lines[i, k] · x[v, k] to `sums[4 · i + v]` for 4 lines and 4 vectors, so many bytes apart.
    void tile(long lines, long step, long x, long xStep, int depth, long sums);

    /// Writes Σ line[k] · x[k] for 4 lines of `float16` or `bfloat16`, so many bytes apart, to `sums`.
    void halves(Dtype type, long lines, long step, long x, int depth, long sums);

    /// Adds Σ x[i] · line[i] over 4 lines to `sums`: sums[j] += Σ x[i] · lines[i, j] for j < count.
    void add4(long lines, long lineBytes, float x0, float x1, float x2, float x3, int count, long sums);
}
