package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import java.util.List;

/// The first input, but not before the second is there: what is computed behind it is computed again.
public record Barrier() implements View {
    static Node of(Node x, Node before) { return Node.of(new Barrier(), List.of(x, before), x.shape(), x.dtype()); }

    @Override public String label() { return "barrier"; }

    @Override public Layout layout(Node out, Layout in) { return in; }

    @Override public Node transpose(Node in, Node ct) { return ct; }
}
