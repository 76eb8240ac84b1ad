package dev.lazuli.backend;

/// Code that computes one node of a graph from its inputs into memory that is ready.
@FunctionalInterface
public interface Kernel {
    /// Reads the inputs and writes every element of the output, which is row-major.
    void run(Operand[] inputs, Operand output);
}
