package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.AttentionKernel;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.RowKernels;

/// The kernels that any JVM runs.
public final class ScalarProvider implements Provider {
    private static final ScalarProvider INSTANCE = new ScalarProvider();

    private final RowKernels rows = new ScalarRows();
    private final AttentionKernel attention = new ScalarAttention();

    private ScalarProvider() {}

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "scalar"; }

    @Override public int lanes() { return 1; }

    @Override public RowKernels rows() { return rows; }

    @Override public AttentionKernel attention() { return attention; }

    @Override public String toString() { return name(); }
}
