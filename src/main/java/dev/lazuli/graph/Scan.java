package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What has come together so far along the last axis: element i folds elements 0 to i by `ADD`, `MUL`, `MIN`, `MAX` or
/// `LOGADDEXP`.
public record Scan(Scalar fold) implements Structure {
    /// @param reverse   folds from the end
    /// @param inclusive whether element i counts itself
    public static Node of(String label, Scalar fold, Node x, int axis, boolean reverse, boolean inclusive) {
        int a = x.shape().axis(label, axis);
        var type = fold == Scalar.ADD && x.dtype().isBool() ? Dtype.INT32
            : fold == Scalar.LOGADDEXP ? x.dtype().toInexact() : x.dtype();
        var y = Permute.move(x.to(type), a, -1);
        if (reverse) y = flip(y);
        y = scan(fold, y);
        if (!inclusive) y = later(y, identity(fold, type));
        if (reverse) y = flip(y);
        return Permute.move(y, -1, a);
    }

    private static Node scan(Scalar fold, Node x) {
        if (!x.dtype().isComplex()) return Node.of(new Scan(fold), List.of(x), x.shape(), x.dtype());
        if (fold == Scalar.ADD)
            return Scalar.COMPLEX.of(scan(fold, Scalar.REAL_PART.of(x)), scan(fold, Scalar.IMAGINARY_PART.of(x)));
        // parts depend on each other: what is folded doubles with each step
        for (int by = 1; by < x.dim(-1); by *= 2)
            x = after(x, by, fold.of(x.slice(-1, by, x.dim(-1)), x.slice(-1, 0, x.dim(-1) - by)));
        return x;
    }

    private static Number identity(Scalar fold, Dtype type) {
        return switch (fold) {
            case ADD -> 0;
            case MUL -> 1;
            case MAX -> type.isInexact() ? Double.NEGATIVE_INFINITY : type.min();
            case MIN -> type.isInexact() ? Double.POSITIVE_INFINITY : type.max();
            case LOGADDEXP -> Double.NEGATIVE_INFINITY;
            default -> throw new IllegalArgumentException("scan: " + fold.label() + " has no running fold");
        };
    }

    private static Node flip(Node x) { return Slice.flip(x, x.rank() - 1); }

    /// The first elements of x, then others.
    private static Node after(Node x, int count, Node rest) {
        return Concatenate.of(List.of(x.slice(-1, 0, count), rest), -1);
    }

    /// Elements one place later, the first one given.
    private static Node later(Node x, Number first) {
        int n = x.dim(-1);
        if (n == 0) return x;
        var begin = Node.constant(first, x.dtype()).broadcast(x.shape().with(-1, 1));
        return Concatenate.of(List.of(begin, x.slice(-1, 0, n - 1)), -1);
    }

    /// y[i] = a[i] · y[i - 1] + b[i], in as many steps as the length has bits.
    private static Node recur(Node a, Node b) {
        int n = b.dim(-1);
        for (int by = 1; by < n; by *= 2) {
            var factor = a.slice(-1, by, n);
            b = after(b, by, b.slice(-1, by, n).add(factor.mul(b.slice(-1, 0, n - by))));
            a = after(a, by, factor.mul(a.slice(-1, 0, n - by)));
        }
        return b;
    }

    // exp(a - b), 1 where both are the same infinity.
    private static Node ratio(Node a, Node b) { return a.eq(b).select(a.one(), a.sub(b).exp()); }

    /// For each element of the result the place where it last came up.
    private static Node places(Node x, Node out) {
        var hit = Scalar.OR.of(x.eq(out), Scalar.NE.of(x, x));
        var place = Iota.of(x.dim(-1)).broadcast(x.shape());
        return scan(Scalar.MAX, hit.select(place, place.zero()));
    }

    @Override public String label() { return "cumulative " + fold.label(); }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var x = in.getFirst();
        return Arrays.asList(switch (fold) {
            case ADD -> flip(scan(fold, flip(ct)));
            case MUL -> flip(recur(later(flip(x), 0), flip(ct))).mul(later(out, 1));
            case LOGADDEXP -> {
                var end = flip(out);
                yield flip(recur(ratio(end, later(end, 0)), flip(ct))).mul(ratio(x, out));
            }
            default -> Scatter.of(Scalar.ADD, x.zero(), places(x, out), ct, -1);
        });
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var x = in.getFirst();
        var t = tangents.getFirst();
        return switch (fold) {
            case ADD -> scan(fold, t);
            case MUL -> recur(x, t.mul(later(out, 1)));
            case LOGADDEXP -> recur(ratio(later(out, 0), out), t.mul(ratio(x, out)));
            default -> Gather.of(t, places(x, out), -1);
        };
    }
}
