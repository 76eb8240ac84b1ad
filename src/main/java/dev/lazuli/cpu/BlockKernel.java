package dev.lazuli.cpu;

/// Inner loops over rows in one of GGUF's block formats; everything else is float32.
public interface BlockKernel {
    /// Lines that [#lines] multiplies at a time.
    int LINES = 2;

    /// Bytes of scratch that [#lines] needs: scales and elements of a block.
    int SCRATCH = BlockScales.FACTORS + 1024;

    /// Bytes that [#prepare] writes for a vector.
    long preparedBytes(int depth);

    /// Writes the vector at `x` in the way that [#lines] reads it.
    void prepare(long x, int depth, long to);

    /// Bytes of scratch that [#unpack] needs for `count` blocks.
    long scratchBytes(int count);

    /// Writes Σ w[k] · x[k] over `count` blocks of each of two lines, `step` bytes apart, to `sums`.
    void lines(long blocks, long step, int count, long prepared, long scratch, long sums);

    /// Writes the elements of `count` blocks.
    void unpack(long blocks, int count, long to, long scratch);
}
