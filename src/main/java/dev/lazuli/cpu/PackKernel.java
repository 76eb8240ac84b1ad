package dev.lazuli.cpu;

/// Moves numbers into the layout a product reads them in.
public interface PackKernel {

    /// Writes element k of line j, 32 bits wide, to `to[k * stride + j]`, and 0 for j in [lines, stride).
    ///
    /// @param lineBytes bytes from a line to the next; the elements of one lie without gaps
    void transpose(long from, long lineBytes, int lines, int depth, int stride, long to);

    /// Writes numbers of 32 bits that lie depth by depth, so many bytes apart, to `to[k * stride + j]`, and 0 for j in
    /// [lines, stride).
    void copy(long from, long depthBytes, int lines, int depth, int stride, long to);
}
