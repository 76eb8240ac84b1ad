package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.AffineFormat;
import dev.lazuli.cpu.AttentionKernel;
import dev.lazuli.cpu.BitsKernel;
import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.cpu.FourierKernel;
import dev.lazuli.cpu.GemmKernel;
import dev.lazuli.cpu.MatvecKernel;
import dev.lazuli.cpu.PackKernel;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.QuantizedKernel;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.cpu.RowKernels;

import java.util.EnumMap;

/// The kernels that any JVM runs.
public final class ScalarProvider implements Provider {
    private static final ScalarProvider INSTANCE = new ScalarProvider();

    private final RowKernels rows = new ScalarRows();
    private final AttentionKernel attention = new ScalarAttention();

    private final GemmKernel gemm32 = new FloatGemm();
    private final GemmKernel gemm64 = new DoubleGemm();
    private final MatvecKernel matvec = new ScalarMatvec();
    private final EnumMap<BlockFormat, BlockKernel> blocks = new EnumMap<>(BlockFormat.class);
    private final PackKernel pack = new ScalarPack();
    private final BitsKernel bits = new ScalarBits();
    private final FourierKernel fourier = new ScalarFourier();

    private ScalarProvider() {
        for (var format : BlockFormat.values()) blocks.put(format, new ScalarBlocks(format));
    }

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "scalar"; }

    @Override public int lanes() { return 1; }

    @Override public RowKernels rows() { return rows; }

    @Override public AttentionKernel attention() { return attention; }

    @Override public GemmKernel gemm(Dtype sum) { return sum == Dtype.FLOAT64 ? gemm64 : gemm32; }

    @Override public MatvecKernel matvec() { return matvec; }

    @Override public QuantizedKernel quantized(AffineFormat format) { return new ScalarQuantized(format); }

    @Override public BlockKernel blocks(BlockFormat format) { return blocks.get(format); }

    @Override public PackKernel pack() { return pack; }

    @Override public BitsKernel bits() { return bits; }

    @Override public FourierKernel fourier() { return fourier; }

    @Override public String toString() { return name(); }
}
