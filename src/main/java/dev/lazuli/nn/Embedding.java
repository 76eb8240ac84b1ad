package dev.lazuli.nn;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;

/// A table of vectors.
///
/// @param weight (tokens, width)
public record Embedding(Array weight) implements Lookup {
    @Override public Array apply(Array tokens) { return Lazuli.take(weight, tokens, 0); }

    @Override public Array asLinear(Array x) { return x.matmul(weight.T()); }
}
