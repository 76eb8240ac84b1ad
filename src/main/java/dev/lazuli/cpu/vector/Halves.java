package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.RowKernels;
import dev.lazuli.cpu.scalar.ScalarProvider;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// Conversions between `float32` and the half types, with integer instructions: the Vector API has none for them.
///
/// A half moved 13 bits up is the float 2¹¹² times too small, subnormals included; one product puts it right, and
/// values from 65536 on get the exponent of infinity or NaN.
final class Halves {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final VectorSpecies<Short> H = Species.HALF;
    private static final int L = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final RowKernels SCALAR = ScalarProvider.create().rows();

    private static final int INFINITY = 0x7F80_0000;
    /// 2⁻¹⁴, below which a half is subnormal, and 0.5: added, it leaves the subnormal's bits at the low end.
    private static final int SUBNORMAL = 113 << 23;
    private static final float SUBNORMAL_SHIFT = 0.5f;

    private Halves() {}

    static void toFloat(long x, long n, long y) {
        long i = 0;
        for (; i <= n - L; i += L) {
            var bits = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, x + 2 * i, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
            var v = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13).reinterpretAsFloats().mul(0x1p112f);
            var r = v.reinterpretAsInts();
            r = r.lanewise(VectorOperators.OR, INFINITY, v.compare(VectorOperators.GE, 65536f).cast(I))
                .or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16));
            r.intoMemorySegment(Ram.ALL, y + 4 * i, ORDER);
        }
        SCALAR.load(Dtype.FLOAT16, x + 2 * i, n - i, y + 4 * i);
    }

    static void fromFloat(long x, long n, long y) {
        long i = 0;
        for (; i <= n - L; i += L) {
            var bits = IntVector.fromMemorySegment(I, Ram.ALL, x + 4 * i, ORDER);
            var size = bits.and(0x7FFF_FFFF);
            var odd = size.lanewise(VectorOperators.LSHR, 13).and(1);
            var normal = size.add(odd).add(0xFFF - (112 << 23)).lanewise(VectorOperators.LSHR, 13);
            var small = size.reinterpretAsFloats().add(SUBNORMAL_SHIFT).reinterpretAsInts()
                .sub(Float.floatToRawIntBits(SUBNORMAL_SHIFT));
            var r = normal.blend(small, size.compare(VectorOperators.LT, SUBNORMAL));
            r = r.blend(0x7C00, size.compare(VectorOperators.GE, 143 << 23));
            r = r.blend(0x7E00, size.compare(VectorOperators.GT, INFINITY));
            r = r.or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
            ((ShortVector) r.convertShape(VectorOperators.I2S, H, 0)).intoMemorySegment(Ram.ALL, y + 2 * i, ORDER);
        }
        SCALAR.store(x + 4 * i, n - i, Dtype.FLOAT16, y + 2 * i);
    }

    static void brainToFloat(long x, long n, long y) {
        long i = 0;
        for (; i <= n - L; i += L) {
            var bits = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, x + 2 * i, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
            bits.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(Ram.ALL, y + 4 * i, ORDER);
        }
        SCALAR.load(Dtype.BFLOAT16, x + 2 * i, n - i, y + 4 * i);
    }

    static void brainFromFloat(long x, long n, long y) {
        long i = 0;
        for (; i <= n - L; i += L) {
            var bits = IntVector.fromMemorySegment(I, Ram.ALL, x + 4 * i, ORDER);
            var high = bits.lanewise(VectorOperators.LSHR, 16);
            var r = bits.add(high.and(1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16)
                .blend(high.or(0x40), bits.and(0x7FFF_FFFF).compare(VectorOperators.GT, INFINITY));
            ((ShortVector) r.convertShape(VectorOperators.I2S, H, 0)).intoMemorySegment(Ram.ALL, y + 2 * i, ORDER);
        }
        SCALAR.store(x + 4 * i, n - i, Dtype.BFLOAT16, y + 2 * i);
    }
}
