package dev.lazuli.cpu.vector;

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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The kernels that need `--add-modules jdk.incubator.vector`.
public final class VectorProvider implements Provider {
    private static final VectorProvider INSTANCE = new VectorProvider();

    private final RowKernels rows = new VectorRows();
    private final AttentionKernel attention = new VectorAttention();

    private final GemmKernel gemm32 = Species.REGISTERS >= 32 ? new FloatGemm12() : new FloatGemm6();
    private final GemmKernel gemm64 = new DoubleGemm();
    private final MatvecKernel matvec = new VectorMatvec();
    private final Map<AffineFormat, QuantizedKernel> affine = new ConcurrentHashMap<>();
    private final EnumMap<BlockFormat, BlockKernel> blocks = new EnumMap<>(BlockFormat.class);
    private final PackKernel pack = new VectorPack();
    private final BitsKernel bits = new VectorBits();
    private final FourierKernel fourier = new VectorFourier();

    private VectorProvider() {
        for (var format : BlockFormat.values())
            blocks.put(format, switch (format) {
                case Q4_0, Q4_1, Q5_0, Q5_1 -> Specialised.of(BlockKernel.class, NibbleBlocks.class, format);
                case Q8_0 -> new ByteBlocks();
                case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> Specialised.of(BlockKernel.class, SuperBlocks.class, format);
            });
    }

    public static Provider create() { return INSTANCE; }

    @Override public String name() { return "vector"; }

    @Override public int lanes() { return Species.FLOAT.length(); }

    @Override public RowKernels rows() { return rows; }

    @Override public AttentionKernel attention() { return attention; }

    @Override public GemmKernel gemm(Dtype sum) { return sum == Dtype.FLOAT64 ? gemm64 : gemm32; }

    @Override public MatvecKernel matvec() { return matvec; }

    @Override public QuantizedKernel quantized(AffineFormat format) {
        return affine.computeIfAbsent(format, each -> Specialised.of(QuantizedKernel.class, Affine.class, each));
    }

    @Override public BlockKernel blocks(BlockFormat format) { return blocks.get(format); }

    @Override public PackKernel pack() { return pack; }

    @Override public BitsKernel bits() { return bits; }

    @Override public FourierKernel fourier() { return fourier; }

    @Override public @Nullable Class<?> operator(String name, Class<?> lane) { return Operators.type(name, lane); }

    @Override public String toString() { return name(); }
}
