package dev.lazuli.graph;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The extent of one differentiation: nodes made from its leaves keep their history, even when evaluated, until it is
/// closed.
public final class Trace implements AutoCloseable {

    private final int depth;
    private final List<WeakReference<Node>> remembering = new ArrayList<>();
    private volatile boolean open = true;

    public Trace(int depth) { this.depth = depth; }

    public boolean isOpen() { return open; }

    /// Notes a node that keeps its history; false if nobody is going to ask for it.
    synchronized boolean remember(Node node) {
        if (open) remembering.add(new WeakReference<>(node));
        return open;
    }

    @Override public synchronized void close() {
        open = false;
        for (var reference : remembering) {
            var node = reference.get();
            if (node != null) node.settle();
        }
        remembering.clear();
    }

    /// Of two traces the one that is closed later: the outer one, if still open.
    static @Nullable Trace outer(@Nullable Trace a, @Nullable Trace b) {
        if (a == null || !a.open) return b == null || !b.open ? null : b;
        if (b == null || !b.open) return a;
        return a.depth <= b.depth ? a : b;
    }
}
