package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place for an array that is not there: the argument of a function while it is being batched or compiled.
///
/// @param name whose argument it is, for the message when somebody asks for its values
/// @param id tells holes apart
public record Hole(String name, long id) implements Structure {
    private static final java.util.concurrent.atomic.AtomicLong COUNT = new java.util.concurrent.atomic.AtomicLong();

    public static Node of(String name, Shape shape, Dtype dtype) {
        return Node.of(new Hole(name, COUNT.incrementAndGet()), List.of(), shape, dtype);
    }

    /// Whether somebody is tracing: values of these are not known.
    public static boolean isBehind(List<Node> nodes) {
        return Order.of(nodes, x -> !(x.state() instanceof Node.Pending)).stream()
            .anyMatch(x -> x.state() instanceof Node.Pending p && p.op() instanceof Hole);
    }

    @Override public String label() { return name; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return List.of(); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
