package dev.lazuli.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A constant scalar. Kernels take its value as an argument, so that another value is not another kernel.
public record Fill(Number value) implements Structure {
    @Override public String label() { return "full"; }

    @Override public Object plan() { return Fill.class; }

    @Override public boolean isFree() { return true; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return List.of(); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
