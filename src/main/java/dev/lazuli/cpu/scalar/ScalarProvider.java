package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.Provider;

/// The kernels that any JVM runs.
public final class ScalarProvider implements Provider {
    private static final ScalarProvider INSTANCE = new ScalarProvider();

    private ScalarProvider() {}

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "scalar"; }

    @Override public int lanes() { return 1; }

    @Override public String toString() { return name(); }
}
