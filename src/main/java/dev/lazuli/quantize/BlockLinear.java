package dev.lazuli.quantize;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.nn.Layer;
import dev.lazuli.type.BlockFormat;
import org.jspecify.annotations.Nullable;

/// `Linear` with a matrix in GGUF's blocks, as stored.
///
/// @param weight (out, bytes of a row) `uint8`
/// @param bias (out), or null
/// @param format of the blocks
public record BlockLinear(Array weight, @Nullable Array bias, BlockFormat format) implements Layer {
    @Override public Array apply(Array x) {
        var y = Lazuli.blockMatmul(x, weight, format);
        return bias == null ? y : y.add(bias);
    }
}
