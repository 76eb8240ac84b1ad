package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
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
        if (target.dtype().isComplex() && fold != null)
            return complex(fold, target, index, updates.to(target.dtype()), a);
        return Node.of(new Scatter(fold, a),
            List.of(target, index, updates.to(target.dtype()).broadcast(index.shape())),
            target.shape(), target.dtype());
    }

    private static Node complex(Scalar fold, Node target, Node index, Node updates, int axis) {
        if (fold == Scalar.ADD)
            return Scalar.COMPLEX.of(of(fold, Scalar.REAL_PART.of(target), index, Scalar.REAL_PART.of(updates), axis),
                of(fold, Scalar.IMAGINARY_PART.of(target), index, Scalar.IMAGINARY_PART.of(updates), axis));
        var x = Permute.move(target, axis, -1);
        var places = Permute.move(index, axis, -1);
        var values = Permute.move(updates.broadcast(index.shape()), axis, -1);
        return Permute.move(sorted(fold, x, places, values), -1, axis);
    }

    /// The parts of complex numbers depend on each other: updates are sorted by their place, what comes together there
    /// doubles with each step, and the last of a place has it all.
    private static Node sorted(Scalar fold, Node x, Node index, Node updates) {
        int n = index.dim(-1);
        if (n == 0) return x;
        var signed = index.to(Dtype.INT32);
        var places = signed.lt(signed.zero()).select(signed.add(signed.like(x.dim(-1))), signed);
        var order = ArgSort.of("at", places, -1);
        var place = Gather.of(places, order, -1);
        var all = Gather.of(updates, order, -1);
        for (int by = 1; by < n; by *= 2) {
            var later = all.slice(-1, by, n);
            var same = place.slice(-1, by, n).eq(place.slice(-1, 0, n - by));
            var met = same.select(fold.of(all.slice(-1, 0, n - by), later), later);
            all = Concatenate.of(List.of(all.slice(-1, 0, by), met), -1);
        }
        var none = Node.constant(-1, Dtype.INT32).broadcast(x.shape());
        var last = of(Scalar.MAX, none, place, Iota.of(n).broadcast(place.shape()), -1);
        return last.lt(last.zero()).select(x, fold.of(x, Gather.of(all, last, -1)));
    }

    private Node taken(Node from, Node index) {
        return Node.of(new Gather(axis), List.of(from, index), index.shape(), from.dtype());
    }

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
            case MUL -> List.of(of(Scalar.MUL, target.one(), index, updates, axis), others(target, index, updates));
            default -> List.of(Scalar.EQ.of(target, out).to(out.dtype()),
                Scalar.EQ.of(updates, taken(out, index)).to(out.dtype()));
        };
    }

    /// For each update the product of the target and the other updates of its place. A single zero among those is
    /// written as the sum of the zeros, which has its slope: exact, and so are its derivatives in one zero.
    private Node others(Node target, Node index, Node updates) {
        var zero = updates.eq(updates.zero());
        var safe = zero.select(updates.one(), updates);
        var none = target.zero();
        var zeros = taken(of(Scalar.ADD, none, index, zero.to(updates.dtype()), axis), index)
            .sub(zero.to(updates.dtype()));
        var sum = taken(of(Scalar.ADD, none, index, zero.select(updates, updates.zero()), axis), index);
        var other = sum.sub(zero.select(updates, updates.zero()));
        var rest = taken(of(Scalar.MUL, target, index, safe, axis), index).div(safe);
        var factor = zeros.eq(zeros.zero()).select(zeros.one(), zeros.eq(zeros.one()).select(other, zeros.zero()));
        return rest.mul(factor);
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
