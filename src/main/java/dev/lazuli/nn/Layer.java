package dev.lazuli.nn;

import dev.lazuli.Array;

/// A function of an array with parameters of its own: a record, so that it is a tree of them.
@FunctionalInterface
public interface Layer {
    /// The function's value; what shapes it takes is the layer's to say.
    Array apply(Array x);
}
