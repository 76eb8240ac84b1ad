package dev.lazuli.graph;

import dev.lazuli.type.Ints;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.List;
import java.util.stream.IntStream;

/// The last axes in another order: axis `-n + i` of the result is axis `axes[i]`, counted from the end, of the input.
public record Permute(Ints axes) implements View {
    /// @param axes every axis of `x` once, from the front or from the end
    public static Node of(Node x, int... axes) {
        int n = x.rank();
        var fromEnd = IntStream.of(axes).map(a -> x.shape().axis("transpose", a) - n).toArray();
        if (axes.length != n || IntStream.of(fromEnd).distinct().count() != n)
            throw new IllegalArgumentException("transpose: expected every axis of " + x.shape() + " once, got "
                + Ints.of(axes));
        var sorted = IntStream.range(0, n).allMatch(i -> fromEnd[i] == i - n);
        if (sorted) return x;
        var to = Shape.of(IntStream.of(fromEnd).map(x::dim).toArray());
        return Node.of(new Permute(Ints.of(fromEnd)), List.of(x), to, x.dtype());
    }

    /// Two axes exchanged.
    public static Node swap(Node x, int a, int b) {
        var axes = IntStream.range(0, x.rank()).toArray();
        int i = x.shape().axis("swapaxes", a);
        int j = x.shape().axis("swapaxes", b);
        axes[i] = j;
        axes[j] = i;
        return of(x, axes);
    }

    /// One axis taken out and put in at another place.
    public static Node move(Node x, int from, int to) {
        int i = x.shape().axis("moveaxis", from);
        int j = x.shape().axis("moveaxis", to);
        var axes = new java.util.ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        axes.add(j, axes.remove(i));
        return of(x, axes.stream().mapToInt(a -> a).toArray());
    }

    @Override public String label() { return "transpose"; }

    @Override public boolean isTransparent(Node out, Node in) { return true; }

    @Override public Layout layout(Node out, Layout in) {
        int lead = in.shape().rank() - axes.size();
        return in.permute(IntStream.range(0, in.shape().rank())
            .map(i -> i < lead ? i : axes.get(i - lead) + in.shape().rank()).toArray());
    }

    @Override public Node transpose(Node in, Node ct) {
        int n = axes.size();
        var inverse = new int[n];
        for (int i = 0; i < n; i++) inverse[axes.get(i) + n] = i - n;
        return Node.of(new Permute(Ints.of(inverse)), List.of(ct), in.shape(), ct.dtype());
    }
}
