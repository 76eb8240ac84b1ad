package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Elements along an axis, counted from the end, chosen by an array of indices of the same rank, whose other axes are
/// those of the source: `out[…, i, …] = source[…, index[…, i, …], …]`. Negative indices count from the end.
public record Gather(int axis) implements Structure {
    public static Node of(Node source, Node index, int axis) {
        int a = source.shape().axis("takeAlongAxis", axis) - source.rank();
        if (!index.dtype().isInteger())
            throw new IllegalArgumentException("takeAlongAxis: expected integer indices, got " + index.dtype());
        return Node.of(new Gather(a), List.of(source, index), index.shape(), source.dtype());
    }

    @Override public String label() { return "gather"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var zero = Node.constant(0, ct.dtype()).broadcast(in.getFirst().shape());
        return Arrays.asList(Scatter.of(Scalar.ADD, zero, in.get(1), ct, axis), null);
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        return tangents.getFirst() == null ? null
            : Node.of(this, List.of(tangents.getFirst(), in.get(1)), out.shape(), out.dtype());
    }
}
