package dev.lazuli.nn;

import dev.lazuli.Array;
import org.jspecify.annotations.Nullable;

/// `x · weightᵀ + bias`.
///
/// @param weight (out, in)
/// @param bias (out), or null
public record Linear(Array weight, @Nullable Array bias) implements Layer {
    @Override public Array apply(Array x) {
        var y = x.matmul(weight.T());
        return bias == null ? y : y.add(bias);
    }
}
