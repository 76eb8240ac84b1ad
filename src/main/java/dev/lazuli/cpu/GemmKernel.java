package dev.lazuli.cpu;

/// The innermost product: one tile of the result from a panel of each operand.
///
/// A panel is a strip of a matrix as wide as the tile, stored depth by depth without gaps: `a[k * rows() + i]` and
/// `b[k * columns() + j]`. Strips narrower than the tile are filled up with zeros.
public interface GemmKernel {

    int rows();

    int columns();

    /// Writes, or with `add` adds to, the whole tile: c[i, j] = Σ a[k, i] · b[k, j] for k < depth.
    ///
    /// @param cStride bytes from a row of the tile to the next
    void multiply(long a, long b, long c, long cStride, int depth, boolean add);
}
