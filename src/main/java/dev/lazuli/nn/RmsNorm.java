package dev.lazuli.nn;

import dev.lazuli.Array;
import dev.lazuli.Fast;

/// `x / sqrt(mean(x²) + eps) · weight` along the last axis.
///
/// @param weight (width)
public record RmsNorm(Array weight, double eps) implements Layer {
    public Array apply(Array x) { return Fast.rmsNorm(x, weight, eps); }
}
