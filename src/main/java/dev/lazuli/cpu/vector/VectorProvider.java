package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.Provider;

/// The kernels that need `--add-modules jdk.incubator.vector`.
public final class VectorProvider implements Provider {
    private static final VectorProvider INSTANCE = new VectorProvider();

    private VectorProvider() {}

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "vector"; }

    @Override public int lanes() { return Species.FLOAT.length(); }

    @Override public String toString() { return name(); }
}
