package dev.lazuli.cpu;

/// The innermost product: one tile of the result from a panel of each operand.
///
/// A panel is a strip of a matrix as wide as the tile, stored depth by depth without gaps: `a[k * rows() + i]` and
/// `b[k * columns() + j]`. Strips narrower than the tile are filled up with zeros.
public interface GemmKernel {

    int rows();

    int columns();

    /// Writes a whole tile without gaps: tile[i, j] = Σ a[k, i] · b[k, j] for k < depth.
    void multiply(long a, long b, int depth, long tile);

    /// Writes, or with `add` adds, the part of a tile that lies inside the result.
    ///
    /// @param cStride bytes from a row of the result to the next
    void put(long tile, long c, long cStride, int rows, int columns, boolean add);
}
