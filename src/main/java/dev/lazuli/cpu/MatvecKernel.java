package dev.lazuli.cpu;

/// Products of a few vectors with a matrix that is read once; everything is float32.
public interface MatvecKernel {
    /// Vectors that one call multiplies when it is not one.
    int VECTORS = 4;

    /// Σ line[k] · x[k].
    float dot(long line, long x, int depth);

    /// Writes Σ line[k] · x[v, k] to `sums[v]` for the 4 vectors at `x`, which are `depth` numbers apart.
    void dot4(long line, long x, int depth, long sums);

    /// Adds Σ x[i] · line[i] over 4 lines to `sums`: sums[j] += Σ x[i] · lines[i, j] for j < count.
    void add4(long lines, long lineBytes, float x0, float x1, float x2, float x3, int count, long sums);
}
