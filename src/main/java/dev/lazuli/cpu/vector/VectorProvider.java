package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.AttentionKernel;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.RowKernels;

/// The kernels that need `--add-modules jdk.incubator.vector`.
public final class VectorProvider implements Provider {
    private static final VectorProvider INSTANCE = new VectorProvider();

    private final RowKernels rows = new VectorRows();
    private final AttentionKernel attention = new VectorAttention();

    private VectorProvider() {}

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "vector"; }

    @Override public int lanes() { return Species.FLOAT.length(); }

    @Override public RowKernels rows() { return rows; }

    @Override public AttentionKernel attention() { return attention; }

    @Override public String toString() { return name(); }
}
