package dev.lazuli.nn;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;

/// The functions between layers.
public final class Activations {
    private Activations() {}

    /// `x · sigmoid(x)`.
    public static Array silu(Array x) { return x.mul(Lazuli.sigmoid(x)); }
}
