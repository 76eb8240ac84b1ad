package dev.lazuli.graph;

/// The operations that are neither elementwise nor made of others: what every backend has to know.
public sealed interface Structure extends Primitive
    permits View, Fill, Iota, Hole, Concatenate, SliceUpdate, Gather, Scatter, Reduce, Scan, ArgReduce, ArgSort,
        Bits, MatMul, Fourier, Solve, TriangularSolve, Factorisation {

    /// The input whose memory the result may take over when nobody else needs it; -1 if there is none.
    default int reuses() { return -1; }
}
