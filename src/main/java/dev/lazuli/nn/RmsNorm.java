package dev.lazuli.nn;

import dev.lazuli.Array;
import dev.lazuli.Fast;

/// `x / sqrt(mean(x²) + eps) · weight` along the last axis.
///
/// @param weight (width)
/// @param eps what keeps it from dividing by zero
public record RmsNorm(Array weight, double eps) implements Layer {
    @Override public Array apply(Array x) { return Fast.rmsNorm(x, weight, eps); }
}
