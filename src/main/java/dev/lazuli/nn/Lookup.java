package dev.lazuli.nn;

import dev.lazuli.Array;

/// A table of vectors, one a token: `apply` looks tokens up, `asLinear` scores vectors against all of them.
public interface Lookup extends Layer {
    /// The product with every row of the table: (…, width) becomes (…, tokens).
    Array asLinear(Array x);
}
