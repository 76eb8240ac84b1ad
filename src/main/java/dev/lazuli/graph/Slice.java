package dev.lazuli.graph;

import dev.lazuli.type.Ints;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Every `steps[i]`-th element from `starts[i]` on, `to[i]` of them, along the last axes; a step may be negative.
public record Slice(Ints starts, Ints steps, Shape to) implements View {
    /// One start, step and length for every axis, already within bounds.
    public static Node of(Node x, Ints starts, Ints steps, Shape to) {
        boolean whole = to.equals(x.shape()) && IntStream.range(0, x.rank()).allMatch(i -> steps.get(i) == 1);
        return whole ? x : Node.of(new Slice(starts, steps, to), List.of(x), to, x.dtype());
    }

    /// The elements from `from` up to, but not including, `to` of one axis.
    public static Node of(Node x, int axis, int from, int to) {
        int a = x.shape().axis("slice", axis);
        if (from < 0 || to < from || to > x.dim(a))
            throw new IndexOutOfBoundsException("slice: " + from + ".." + to + " is out of bounds for axis " + a
                + " of " + x.shape());
        var starts = new int[x.rank()];
        var steps = new int[x.rank()];
        Arrays.fill(steps, 1);
        starts[a] = from;
        return of(x, Ints.of(starts), Ints.of(steps), x.shape().with(a, to - from));
    }

    /// Axes backwards.
    public static Node flip(Node x, int... axes) {
        var starts = new int[x.rank()];
        var steps = new int[x.rank()];
        Arrays.fill(steps, 1);
        for (int a : axes)
            if (x.dim(a) > 1) {
                starts[a] = x.dim(a) - 1;
                steps[a] = -1;
            }
        return of(x, Ints.of(starts), Ints.of(steps), x.shape());
    }

    @Override public String label() { return "slice"; }

    @Override public boolean isTransparent(Node out, Node in) { return true; }

    @Override public Layout layout(Node out, Layout in) { return region(in, starts, steps, to); }

    /// The part of a layout that a slice shows; axes before the last ones stay whole.
    static Layout region(Layout in, Ints starts, Ints steps, Shape to) {
        int lead = in.shape().rank() - starts.size();
        var from = new int[in.shape().rank()];
        var by = new int[from.length];
        Arrays.fill(by, 1);
        System.arraycopy(starts.toArray(), 0, from, lead, starts.size());
        System.arraycopy(steps.toArray(), 0, by, lead, steps.size());
        return in.slice(from, by, in.shape().range(0, lead).concat(to));
    }

    @Override public Node transpose(Node in, Node ct) {
        var zero = Node.constant(0, ct.dtype()).broadcast(in.shape());
        return Node.of(new SliceUpdate(starts, steps, to, false), List.of(zero, ct), in.shape(), ct.dtype());
    }
}
