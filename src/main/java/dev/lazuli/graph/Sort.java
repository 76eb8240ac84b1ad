package dev.lazuli.graph;

import java.util.List;

/// The elements of the last axis in ascending order, NaN last.
public record Sort() implements Composite {
    public static Node of(Node x, int axis) {
        int a = x.shape().axis("sort", axis);
        var last = Permute.move(x, a, -1);
        return Permute.move(Node.of(new Sort(), List.of(last), last.shape(), last.dtype()), -1, a);
    }

    @Override public String label() { return "sort"; }

    @Override public Node decompose(List<Node> in) {
        var x = in.getFirst();
        return Gather.of(x, ArgSort.of("sort", x, -1), -1);
    }
}
