package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the largest or smallest element of the last axis is, as `uint32`: the first of equal ones, NaN before all.
public record ArgReduce(boolean largest) implements Structure {
    public static Node of(boolean largest, Node x, int axis) {
        var op = new ArgReduce(largest);
        int a = x.shape().axis(op.label(), axis);
        if (x.dim(a) == 0)
            throw new IllegalArgumentException(op.label() + ": no elements along axis " + axis + " of " + x.shape());
        if (x.dtype().isComplex()) return complex(largest, x, a);
        return Node.of(op, List.of(Permute.move(x, a, -1)), x.shape().without(a), Dtype.UINT32);
    }

    private static Node complex(boolean largest, Node x, int axis) {
        var best = Reduce.of(largest ? Scalar.MAX : Scalar.MIN, x, true, axis);
        var hit = Scalar.OR.of(Scalar.EQ.of(x, best), Scalar.NE.of(x, x));
        return of(true, hit.to(Dtype.UINT8), axis);
    }

    @Override public String label() { return largest ? "argmax" : "argmin"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return Arrays.asList((Node) null); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
