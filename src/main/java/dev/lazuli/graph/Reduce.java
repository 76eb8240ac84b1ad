package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Elements along axes, counted from the end, folded into one by `ADD`, `MUL`, `MIN` or `MAX`; the axes are gone.
public record Reduce(Scalar fold, Ints axes) implements Structure {
    /// @param keep whether the axes stay, with length 1
    public static Node of(Scalar fold, Node x, boolean keep, int... axes) {
        var label = label(fold);
        var over = x.shape().axes(label, axes);
        var y = over.length == 0 ? x.to(result(fold, x.dtype())) : fold(fold, label, x, over);
        if (!keep) return y;
        var shape = x.shape();
        for (int a : over) shape = shape.with(a, 1);
        return y.reshape(shape);
    }

    private static Node fold(Scalar fold, String label, Node x, int[] over) {
        var to = x.shape();
        for (int i = over.length - 1; i >= 0; i--) {
            if (to.dim(over[i]) == 0 && (fold == Scalar.MIN || fold == Scalar.MAX))
                throw new IllegalArgumentException(label + ": no elements along axis " + over[i] + " of " + x.shape());
            to = to.without(over[i]);
        }
        if (x.dtype().isComplex()) return fold == Scalar.ADD ? sum(x, over) : halve(fold, x, to, over);
        var dtype = result(fold, x.dtype());
        var fromEnd = Ints.of(IntStream.of(over).map(a -> a - x.rank()).toArray());
        return Node.of(new Reduce(fold, fromEnd), List.of(x.to(dtype)), to, dtype);
    }

    private static Node sum(Node x, int[] over) {
        return Scalar.COMPLEX.of(Scalar.REAL_PART.of(x).sum(false, over), Scalar.IMAGINARY_PART.of(x).sum(false, over));
    }

    // The parts of other folds depend on each other: halves are combined until one number is left.
    private static Node halve(Scalar fold, Node x, Shape to, int[] over) {
        int count = IntStream.of(over).map(x::dim).reduce(1, Math::multiplyExact);
        if (count == 0) return Node.constant(1, x.dtype()).broadcast(to);
        var y = x.permute(last(x, over)).reshape(to.concat(Shape.of(count)));
        for (int n = count; n > 1; n = y.dim(-1)) {
            int half = n / 2;
            var both = fold.of(y.slice(-1, 0, half), y.slice(-1, half, 2 * half));
            y = n % 2 == 0 ? both : Concatenate.of(List.of(both, y.slice(-1, n - 1, n)), -1);
        }
        return y.squeeze(-1);
    }

    /// All axes in order, those to be folded moved to the end.
    private static int[] last(Node x, int[] over) {
        var kept = IntStream.range(0, x.rank()).filter(a -> Arrays.stream(over).noneMatch(o -> o == a));
        return IntStream.concat(kept, IntStream.of(over)).toArray();
    }

    /// Sums and products of `bool` and narrow integers are taken in 32 bits.
    private static Dtype result(Scalar fold, Dtype x) {
        if (fold == Scalar.MIN || fold == Scalar.MAX || x.isInexact() || x.bytes() >= 4) return x;
        return x.isUnsigned() ? Dtype.UINT32 : Dtype.INT32;
    }

    private static String label(Scalar fold) {
        return switch (fold) {
            case ADD -> "sum";
            case MUL -> "prod";
            default -> fold.label();
        };
    }

    @Override public String label() { return label(fold); }

    /// A reduced array with the axes back, as a view of the shape of `x`.
    private Node spread(Node reduced, Node x) {
        var shape = x.shape();
        for (int i = 0; i < axes.size(); i++) shape = shape.with(axes.get(i), 1);
        return reduced.reshape(shape).broadcast(x.shape());
    }

    /// For each element the product of the others. No division: zeros are no exception, nor in higher derivatives.
    private Node others(Node x) {
        var over = IntStream.of(axes.toArray()).map(a -> a + x.rank()).toArray();
        var order = last(x, over);
        var moved = x.permute(order);
        var back = new int[order.length];
        for (int i = 0; i < order.length; i++) back[order[i]] = i;
        int count = IntStream.of(over).map(x::dim).reduce(1, Math::multiplyExact);
        var flat = moved.reshape(moved.shape().range(0, x.rank() - over.length).concat(Shape.of(count)));
        return exclusive(flat).reshape(moved.shape()).permute(back);
    }

    // Along the last axis: of a pair's two elements, each misses the other and what the pair misses.
    private static Node exclusive(Node x) {
        int n = x.dim(-1);
        if (n < 2) return x.one();
        int half = n / 2;
        var left = x.slice(-1, 0, half);
        var right = x.slice(-1, half, 2 * half);
        var both = left.mul(right);
        if (n % 2 == 0) {
            var rest = exclusive(both);
            return Concatenate.of(List.of(rest.mul(right), rest.mul(left)), -1);
        }
        var rest = exclusive(Concatenate.of(List.of(both, x.slice(-1, n - 1, n)), -1));
        var pairs = rest.slice(-1, 0, half);
        return Concatenate.of(List.of(pairs.mul(right), pairs.mul(left), rest.slice(-1, half, half + 1)), -1);
    }

    /// How much the result moves with each element; extremes that come more than once share evenly.
    private Node slope(Node x, Node out) {
        if (fold == Scalar.ADD) return x.one();
        if (fold == Scalar.MUL) return others(x);
        var hit = Scalar.EQ.of(x, spread(out, x)).to(x.dtype());
        return hit.div(spread(hit.sum(false, axes.toArray()), x));
    }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var x = in.getFirst();
        return Arrays.asList(fold == Scalar.ADD ? spread(ct, x) : spread(ct, x).mul(slope(x, out)));
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var t = tangents.getFirst();
        return (fold == Scalar.ADD ? t : t.mul(slope(in.getFirst(), out))).sum(false, axes.toArray());
    }
}
