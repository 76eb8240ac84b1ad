package dev.lazuli.cpu;

/// A program's run along one axis.
///
/// Operands are the program's inputs in order, then the output.
@FunctionalInterface
interface Loop {
    /// @param base   the address of each operand's first element; left as it is
    /// @param stride bytes from one element of an operand to its next
    void run(long[] base, long[] stride, int n);
}
