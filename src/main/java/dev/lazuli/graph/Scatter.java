package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first input with elements along an axis, counted from the end, replaced by or combined with updates:
/// `out[…, index[…, i, …], …] op= updates[…, i, …]`, where an index that comes twice counts twice.
///
/// @param fold how an update is combined with what is there: `ADD`, `MUL`, `MIN`, `MAX`; null replaces it
public record Scatter(@Nullable Scalar fold, int axis) implements Structure {
    public static Node of(@Nullable Scalar fold, Node target, Node index, Node updates, int axis) {
        int a = target.shape().axis("putAlongAxis", axis) - target.rank();
        if (!index.dtype().isInteger())
            throw new IllegalArgumentException("putAlongAxis: expected integer indices, got " + index.dtype());
        if (fold != null && target.dtype().isComplex()) return complex(fold, target, index, updates.to(target.dtype()), axis);
        return Node.of(new Scatter(fold, a), List.of(target, index, updates.to(target.dtype()).broadcast(index.shape())),
            target.shape(), target.dtype());
    }

    private static Node complex(Scalar fold, Node target, Node index, Node updates, int axis) {
        if (fold != Scalar.ADD) throw new IllegalArgumentException("putAlongAxis: " + fold.label() + " is not defined for complex64");
        return Scalar.COMPLEX.of(of(fold, Scalar.REAL_PART.of(target), index, Scalar.REAL_PART.of(updates), axis),
            of(fold, Scalar.IMAGINARY_PART.of(target), index, Scalar.IMAGINARY_PART.of(updates), axis));
    }

    private Node taken(Node from, Node index) { return Node.of(new Gather(axis), List.of(from, index), index.shape(), from.dtype()); }

    @Override public String label() { return "scatter"; }

    @Override public int reuses() { return 0; }

    /// How much the result moves with the target and with each update.
    private List<Node> slopes(List<Node> in, Node out) {
        var target = in.get(0);
        var index = in.get(1);
        var updates = in.get(2);
        return switch (fold) {
            case null -> List.of(of(null, target.one(), index, updates.zero(), axis), updates.one());
            case ADD -> List.of(target.one(), updates.one());
            case MUL -> List.of(of(Scalar.MUL, target.one(), index, updates, axis), taken(out, index).div(updates));
            default -> List.of(Scalar.EQ.of(target, out).to(out.dtype()),
                Scalar.EQ.of(updates, taken(out, index)).to(out.dtype()));
        };
    }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var slopes = slopes(in, out);
        return Arrays.asList(ct.mul(slopes.get(0)), null, taken(ct, in.get(1)).mul(slopes.get(1)));
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var slopes = slopes(in, out);
        var base = in.get(0).orZero(tangents.get(0)).mul(slopes.get(0));
        var moved = in.get(2).orZero(tangents.get(2)).mul(slopes.get(1));
        return of(fold == null ? null : Scalar.ADD, base, in.get(1), moved, axis);
    }
}
