package dev.lazuli;

import dev.lazuli.graph.Attention;
import dev.lazuli.graph.LayerNorm;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.RmsNorm;
import dev.lazuli.graph.Rope;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// Functions of simpler functions that have kernels of their own. Half types are computed in `float32`.
public final class Fast {
    private Fast() {}

    private static @Nullable Node node(@Nullable Array x) { return x == null ? null : x.node(); }

    /// `x / sqrt(mean(x²) + eps) · weight` along the last axis.
    ///
    /// ```
    /// Fast.rmsNorm(array(3f, 4f), null, 0)    // array([0.848528, 1.13137], dtype=float32)
    /// ```
    public static Array rmsNorm(Array x, @Nullable Array weight, double eps) {
        return Array.of(RmsNorm.of(x.node(), node(weight), eps));
    }

    /// `(x - mean(x)) / sqrt(var(x) + eps) · weight + bias` along the last axis.
    ///
    /// ```
    /// Fast.layerNorm(array(1f, 2f, 3f), null, null, 0)    // array([-1.22474, 0, 1.22474], dtype=float32)
    /// ```
    public static Array layerNorm(Array x, @Nullable Array weight, @Nullable Array bias, double eps) {
        return Array.of(LayerNorm.of(x.node(), node(weight), node(bias), eps));
    }

    /// Rotary position embedding of x (…, T, D), whose rows are at positions `offset`, `offset + 1`, …: pair i of the
    /// first `dims` features is turned by `scale · position · base^(-2i/dims)`.
    ///
    /// ```
    /// Fast.rope(ones(1, 1, 2), 2, false, 10_000, 1, 1).reshape(2)    // array([-0.301169, 1.38177], dtype=float32)
    /// ```
    ///
    /// @param traditional whether pairs are neighbours; else features i and i + dims/2
    public static Array rope(Array x, int dims, boolean traditional, double base, double scale, int offset) {
        return rope(x, dims, traditional, base, scale, Lazuli.scalar(offset, Dtype.INT32), null);
    }

    /// As above, with positions from an array, a scalar or one for each entry of the first axis.
    ///
    /// @param freqs (dims/2) what positions are divided by, instead of powers of the base
    public static Array rope(Array x, int dims, boolean traditional, double base, double scale, Array offset,
                             @Nullable Array freqs) {
        return Array.of(Rope.of(x.node(), dims, traditional, base, scale, offset.node(), node(freqs)));
    }

    /// `softmax(scale · q·kᵀ) · v`; each key head serves H/G query heads.
    ///
    /// ```
    /// var q = ones(1, 1, 1, 2);
    /// var v = array(new float[] {1, 3}, 1, 1, 2, 1);
    /// Fast.scaledDotProductAttention(q, zeros(1, 1, 2, 2), v, 1, false).item()    // 2.0
    /// ```
    ///
    /// @param q (B, H, T, D)
    /// @param k (B, G, S, D)
    /// @param v (B, G, S, E)
    /// @param causal whether a query sees only the keys up to its own, the last query being at the last key
    public static Array scaledDotProductAttention(Array q, Array k, Array v, double scale, boolean causal) {
        return Array.of(Attention.of(q.node(), k.node(), v.node(), scale, causal, null, null));
    }

    /// As above, with a mask that broadcasts to (B, H, T, S): `bool`, true where a key is seen, or added to the scores.
    public static Array scaledDotProductAttention(Array q, Array k, Array v, double scale, Array mask) {
        return Array.of(Attention.of(q.node(), k.node(), v.node(), scale, false, mask.node(), null));
    }

    /// As above, with `sinks` (H), scores that only enter the denominator.
    public static Array scaledDotProductAttention(Array q, Array k, Array v, double scale, boolean causal,
                                                  @Nullable Array mask, @Nullable Array sinks) {
        return Array.of(Attention.of(q.node(), k.node(), v.node(), scale, causal, node(mask), node(sinks)));
    }
}
