package dev.lazuli.graph;

import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Elements along an axis, counted from the end, chosen by an array of indices of the same rank, whose other axes are
/// those of the source: `out[…, i, …] = source[…, index[…, i, …], …]`. Negative indices count from the end.
public record Gather(int axis) implements Structure {
    public static Node of(Node source, Node index, int axis) {
        int a = source.shape().axis("takeAlongAxis", axis) - source.rank();
        check("takeAlongAxis", index);
        return Node.of(new Gather(a), List.of(source, index), index.shape(), source.dtype());
    }

    /// Slices along an axis chosen by an array of indices of any shape, which takes the axis' place.
    public static Node take(Node source, Node index, int axis) {
        int a = source.shape().axis("take", axis);
        check("take", index);
        var lead = source.shape().range(0, a);
        var tail = source.shape().range(a + 1, source.rank());
        int count = Math.toIntExact(index.shape().size());
        var column = Shape.of(count);
        for (int i = 0; i < tail.rank(); i++) column = column.insert(-1, 1);
        var spread = index.reshape(column).broadcast(lead.concat(Shape.of(count)).concat(tail));
        return of(source, spread, a).reshape(lead.concat(index.shape()).concat(tail));
    }

    private static void check(String op, Node index) {
        if (!index.dtype().isInteger())
            throw new IllegalArgumentException(op + ": expected integer indices, got " + index.dtype());
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
