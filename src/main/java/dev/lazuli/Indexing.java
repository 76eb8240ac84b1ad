package dev.lazuli;

/// Which axis of a grid its first vector runs along.
public enum Indexing {
    /// The second: columns first, as on paper.
    XY,
    /// The first: as matrices are indexed.
    IJ
}
