package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import java.util.List;

/// The array itself: a leaf of a differentiation.
public record Identity() implements View {
    @Override public String label() { return "identity"; }

    @Override public Layout layout(Node out, Layout in) { return in; }

    @Override public Node transpose(Node in, Node ct) { return ct; }
}
