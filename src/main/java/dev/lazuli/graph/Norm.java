package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// What the normalisations of the last axis share.
final class Norm {
    private Norm() {}

    static void check(String op, Node x, @Nullable Node weight) {
        if (x.rank() == 0) throw new IllegalArgumentException(op + ": expected at least one axis, got a scalar");
        if (!x.dtype().isFloat())
            throw new IllegalArgumentException(op + ": expected floating point, got " + x.dtype());
        if (weight != null && !weight.dtype().isFloat())
            throw new IllegalArgumentException(op + ": expected a floating-point weight, got " + weight.dtype());
        if (weight != null && (weight.rank() != 1 || weight.dim(0) != x.dim(-1)))
            throw new IllegalArgumentException(op + ": expected a weight of shape (" + x.dim(-1) + ",), got "
                + weight.shape());
    }

    /// A weight as the kernels take it: a row for each row of `x`, all the same memory.
    static Node like(Node weight, Node x) { return weight.to(x.dtype()).broadcast(x.shape()); }

    static Node widen(Node x) { return x.dtype().bytes() < 4 ? x.to(Dtype.FLOAT32) : x; }
}
