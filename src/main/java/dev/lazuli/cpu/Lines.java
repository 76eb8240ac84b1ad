package dev.lazuli.cpu;

/// A matrix whose lines are had as `float32`, some at a time, where they lie or by way of a cache.
interface Lines {

    /// The address of the depths [from, from + depth) of the lines first, first + step, …: there, or written to `to`.
    ///
    /// @param count of the lines
    long piece(long first, long step, int count, int from, int depth, long to);

    /// Bytes from one line of a piece to the next.
    long pitch(long step, int depth);

    /// Puts as many numbers of a vector into the order in which those of a piece come.
    default void arrange(long x, int depth) {}
}
