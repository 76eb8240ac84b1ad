package dev.lazuli;

import org.jspecify.annotations.Nullable;

/// A matrix packed in one of MLX's ways.
///
/// @param weight (…, N, K·bits/32) `uint32` words
/// @param scales (…, N, K/group): floating point, or `uint8` in the floating-point modes
/// @param biases (…, N, K/group) as scales; null in the floating-point modes
public record Quantized(Array weight, Array scales, @Nullable Array biases) {}
