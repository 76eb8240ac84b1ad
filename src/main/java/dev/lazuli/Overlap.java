package dev.lazuli;

/// Which places of two vectors a convolution of them keeps.
public enum Overlap {
    /// All where they meet at all.
    FULL,
    /// As many as the longer one has.
    SAME,
    /// Those where the shorter one lies within the longer.
    VALID
}
