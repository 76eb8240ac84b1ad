package dev.lazuli.cpu;

/// A program's values along one axis, folded into one.
///
/// Operands are the program's inputs in order.
@FunctionalInterface
interface Fold {
    /// The folded value as [Value] holds it; the fold's identity if `n` is 0.
    long run(long[] base, long[] stride, int n);
}
