package dev.lazuli.cpu;

import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One family of inner loops: those of the Vector API, or those in plain Java.
///
/// Every kernel runs on both; they differ in speed and in the last bits of a sum.
public interface Provider {

    /// `vector` or `scalar`.
    String name();

    /// Float32 lanes of the vectors it computes with; 1 for plain Java.
    int lanes();

    RowKernels rows();

    AttentionKernel attention();

    /// Tiles of a product summed in `float32` or `float64`.
    GemmKernel gemm(Dtype sum);

    MatvecKernel matvec();

    QuantizedKernel quantized(AffineFormat format);

    BlockKernel blocks(BlockFormat format);

    PackKernel pack();

    BitsKernel bits();

    FourierKernel fourier();

    /// The type of the constant that names a lanewise vector operator (`EXP`, `UMAX`, `LT`), for generated code; null
    /// if there is none for lanes of this type.
    default @Nullable Class<?> operator(String name, Class<?> lane) { return null; }

    /// The provider this process uses: property `lazuli.provider` (`vector` or `scalar`), else the fastest that the JVM
    /// can run.
    static Provider chosen() { return Ladder.CHOSEN; }

    /// Every provider that the JVM can link, whether it is fast or not.
    static List<Provider> all() { return Ladder.all(); }
}
