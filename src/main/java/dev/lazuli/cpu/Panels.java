package dev.lazuli.cpu;

/// A matrix that can be cut into the panels a [GemmKernel] reads, whatever way its elements are stored.
@FunctionalInterface
interface Panels {

    /// Writes the panel of the lines [line, line + width) and the depths [from, from + depth):
    /// element (line + j, from + k) goes to `to[k * stride + j]`, and zeros to j in [width, stride).
    void pack(long line, int width, long from, int depth, int stride, long to);
}
