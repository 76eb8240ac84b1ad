package dev.lazuli.graph;

/// The operations that are neither elementwise nor made of others: what every backend has to know.
public sealed interface Structure extends Primitive
    permits View, Fill, Iota, Hole, Concatenate, SliceUpdate, Gather, Scatter, Reduce, ArgReduce, MatMul {}
