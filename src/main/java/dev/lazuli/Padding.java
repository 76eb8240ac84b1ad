package dev.lazuli;

/// What a frame is filled with.
public enum Padding {
    /// A number.
    CONSTANT,
    /// The outermost elements.
    EDGE,
    /// The elements mirrored about the outermost ones.
    REFLECT,
    /// The elements mirrored, the outermost ones too.
    SYMMETRIC
}
