package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The integers 0, 1, … below `length`, as `int32`.
public record Iota(int length) implements Structure {
    public static Node of(int length) { return Node.of(new Iota(length), List.of(), Shape.of(length), Dtype.INT32); }

    @Override public String label() { return "arange"; }

    @Override public Object plan() { return Iota.class; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return List.of(); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
