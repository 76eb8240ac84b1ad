package dev.lazuli.blas;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is made when it is first asked for, or null. Where that fails, everybody who asks is told why: of a static
/// field only the first one would be.
public final class Once<T> {
    private final Supplier<? extends @Nullable T> maker;
    private @Nullable T made;
    private volatile boolean done;

    public Once(Supplier<? extends @Nullable T> maker) { this.maker = maker; }

    public @Nullable T get() {
        if (!done)
            synchronized (this) {
                if (!done) made = maker.get();
                done = true;
            }
        return made;
    }
}
