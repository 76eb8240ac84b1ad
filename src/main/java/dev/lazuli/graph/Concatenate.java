package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arrays one after the other along an axis, counted from the end.
public record Concatenate(int axis) implements Structure {
    public static Node of(List<Node> arrays, int axis) {
        if (arrays.isEmpty()) throw new IllegalArgumentException("concatenate: expected at least one array");
        var first = arrays.getFirst();
        int a = first.shape().axis("concatenate", axis) - first.rank();
        var dtype = first.dtype();
        int length = 0;
        for (var x : arrays) {
            if (x.rank() != first.rank() || !x.shape().with(a, 0).equals(first.shape().with(a, 0)))
                throw new IllegalArgumentException("concatenate: shapes differ outside of axis " + axis + ": "
                    + first.shape() + " and " + x.shape());
            dtype = dtype.promote(x.dtype());
            length = Math.addExact(length, x.dim(a));
        }
        if (arrays.size() == 1) return first;
        Dtype to = dtype;
        return Node.of(new Concatenate(a), arrays.stream().map(x -> x.to(to)).toList(), first.shape().with(a, length),
            to);
    }

    @Override public String label() { return "concatenate"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var all = new ArrayList<Node>();
        int at = 0;
        for (var x : in) all.add(ct.slice(axis, at, at += x.dim(axis)));
        return all;
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var all = new ArrayList<Node>();
        for (int i = 0; i < in.size(); i++) all.add(in.get(i).orZero(tangents.get(i)));
        return Node.of(this, all, out.shape(), out.dtype());
    }
}
