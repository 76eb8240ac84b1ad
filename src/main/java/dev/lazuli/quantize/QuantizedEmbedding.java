package dev.lazuli.quantize;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.nn.Lookup;

/// `Embedding` with a table in MLX's affine packing.
///
/// @param weight (tokens, width·bits/32) `uint32` words
/// @param scales (tokens, width/group)
/// @param biases (tokens, width/group)
/// @param group elements that share a scale and a bias
/// @param bits of an element
public record QuantizedEmbedding(Array weight, Array scales, Array biases, int group, int bits) implements Lookup {
    @Override public Array apply(Array tokens) {
        return Lazuli.dequantize(Lazuli.take(weight, tokens, 0), Lazuli.take(scales, tokens, 0),
            Lazuli.take(biases, tokens, 0), group, bits);
    }

    @Override public Array asLinear(Array x) {
        return Lazuli.quantizedMatmul(x, weight, scales, biases, true, group, bits);
    }
}
