package dev.lazuli;

/// What a function returned, and its gradient.
///
/// @param value what the function returned
/// @param gradient a tree like the function's argument
public record Gradient<V, T>(V value, T gradient) {}
