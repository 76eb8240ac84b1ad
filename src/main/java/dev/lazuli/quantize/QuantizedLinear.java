package dev.lazuli.quantize;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.nn.Layer;
import org.jspecify.annotations.Nullable;

/// `Linear` with a matrix in MLX's affine packing.
///
/// @param weight (out, in·bits/32) `uint32` words
/// @param scales (out, in/group)
/// @param biases (out, in/group): what groups are shifted by
/// @param bias (out), or null
/// @param group elements that share a scale and a bias
/// @param bits of an element
public record QuantizedLinear(Array weight, Array scales, Array biases, @Nullable Array bias, int group, int bits)
    implements Layer {
    @Override public Array apply(Array x) {
        var y = Lazuli.quantizedMatmul(x, weight, scales, biases, true, group, bits);
        return bias == null ? y : y.add(bias);
    }
}
