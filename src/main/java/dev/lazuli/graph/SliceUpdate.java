package dev.lazuli.graph;

import dev.lazuli.type.Ints;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first input with the second in place of a slice of it.
///
/// @param donating whether the result takes over the memory of the first input, which is lost
public record SliceUpdate(Ints starts, Ints steps, Shape part, boolean donating) implements Structure {
    public static Node of(Node target, Node update, Ints starts, Ints steps, boolean donating) {
        return Node.of(new SliceUpdate(starts, steps, update.shape(), donating),
            List.of(target, update.to(target.dtype())), target.shape(), target.dtype());
    }

    /// The update along one axis from `from` on, other axes whole.
    public static Node of(Node target, Node update, int axis, int from, boolean donating) {
        var op = donating ? "donate" : "sliceUpdate";
        int a = target.shape().axis(op, axis);
        var whole = update.rank() == target.rank() && update.shape().with(a, 0).equals(target.shape().with(a, 0));
        if (!whole || from < 0 || from + update.dim(a) > target.dim(a))
            throw new IllegalArgumentException(op + ": " + update.shape() + " from " + from
                + " on does not fit axis "
                + a + " of " + target.shape());
        var starts = new int[target.rank()];
        var steps = new int[target.rank()];
        Arrays.fill(steps, 1);
        starts[a] = from;
        return of(target, update, Ints.of(starts), Ints.of(steps), donating);
    }

    /// Where in the result the second input goes.
    public Layout region(Layout out) { return Slice.region(out, starts, steps, part); }

    private Node slice(Node x, Shape shape) {
        return Node.of(new Slice(starts, steps, part), List.of(x), shape, x.dtype());
    }

    @Override public String label() { return "sliceUpdate"; }

    @Override public Object plan() { return donating; }

    @Override public int reuses() { return 0; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var kept = new SliceUpdate(starts, steps, part, false);
        var update = in.get(1);
        return Arrays.asList(Node.of(kept, List.of(ct, update.zero()), out.shape(), out.dtype()),
            slice(ct, update.shape()));
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var kept = new SliceUpdate(starts, steps, part, false);
        var moved = List.of(in.get(0).orZero(tangents.get(0)), in.get(1).orZero(tangents.get(1)));
        return Node.of(kept, moved, out.shape(), out.dtype());
    }
}
