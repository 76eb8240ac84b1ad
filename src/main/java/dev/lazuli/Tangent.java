package dev.lazuli;

/// What a function returned, and how much that moves.
///
/// @param value what the function returned
/// @param tangent a tree like the value
public record Tangent<V>(V value, V tangent) {}
