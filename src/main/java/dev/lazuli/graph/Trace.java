package dev.lazuli.graph;

import org.jspecify.annotations.Nullable;

/// The extent of one differentiation: nodes made from its leaves keep their history, even when evaluated, until it is
/// closed.
public final class Trace implements AutoCloseable {

    private final int depth;
    private volatile boolean open = true;

    public Trace(int depth) { this.depth = depth; }

    public boolean isOpen() { return open; }

    @Override public void close() { open = false; }

    /// Of two traces the one that is closed later: the outer one, if still open.
    static @Nullable Trace outer(@Nullable Trace a, @Nullable Trace b) {
        if (a == null || !a.open) return b == null || !b.open ? null : b;
        if (b == null || !b.open) return a;
        return a.depth <= b.depth ? a : b;
    }
}
