package dev.lazuli.quantize;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.nn.Lookup;
import dev.lazuli.type.BlockFormat;

/// `Embedding` with a table in GGUF's blocks, as stored.
///
/// @param weight (tokens, bytes of a row) `uint8`
/// @param format of the blocks
public record BlockEmbedding(Array weight, BlockFormat format) implements Lookup {
    @Override public Array apply(Array tokens) { return Lazuli.decode(Lazuli.take(weight, tokens, 0), format); }

    @Override public Array asLinear(Array x) { return Lazuli.blockMatmul(x, weight, format); }
}
