package dev.lazuli.cli.work;

/// Work worth measuring: its data is random, its result is checked before anybody times it.
public interface Workload {
    /// Compares the result with a simple reference.
    ///
    /// @throws WrongResult if they differ
    void check();

    /// Does the work once, all of it.
    void run();

    Cost cost();

    /// What one run cannot do without.
    ///
    /// @param bytes read from and written to memory
    /// @param flops float operations
    /// @param items tokens, or operations of the library
    record Cost(double bytes, double flops, int items) {}
}
