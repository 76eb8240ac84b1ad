package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The array itself, as a constant to derivatives.
public record StopGradient() implements View {
    public static Node of(Node x) { return Node.of(new StopGradient(), List.of(x), x.shape(), x.dtype()); }

    @Override public String label() { return "stopGradient"; }

    @Override public Layout layout(Node out, Layout in) { return in; }

    @Override public @Nullable Node transpose(Node in, Node ct) { return null; }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
