package dev.lazuli.cpu;

/// Inner loops over rows in one of GGUF's block formats; everything else is float32.
public interface BlockKernel {
    /// Bytes that [#prepare] writes for a vector.
    long preparedBytes(int depth);

    /// Writes the vector at `x` in the way that [#dot] reads it.
    void prepare(long x, int depth, long to);

    /// Bytes of scratch that loops over `count` blocks need.
    long scratchBytes(int count);

    /// Σ w[k] · x[k] over `count` blocks.
    float dot(long blocks, int count, long prepared, long scratch);

    /// Writes the elements of `count` blocks.
    void unpack(long blocks, int count, long to, long scratch);
}
