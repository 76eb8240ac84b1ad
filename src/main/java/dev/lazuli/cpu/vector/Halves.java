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

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Conversions between `float32` and the half types, and products of both, with integer instructions: the Vector API
/// has none for them.
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

    static final int INFINITY = 0x7F80_0000;
    static final int SIGN_AND_HALF = 0x8FFF_E000;
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

    /// Dot products of a vector with 4 lines, which are so many bytes apart. A half that is sign-extended and moved 13
    /// bits up has its sign and its bits where a float has them, and copies of the sign between, which a mask clears.
    static void dot(long lines, long step, long x, int depth, long sums) {
        long w0 = Ram.bounded(lines), w1 = Ram.bounded(lines + step), w2 = Ram.bounded(lines + 2 * step),
            w3 = Ram.bounded(lines + 3 * step), y = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - L; k += L) {
            long at = 2 * Ram.index(k);
            var v = FloatVector.fromMemorySegment(F, Ram.ALL, y + 2 * at, ORDER);
            var i0 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w0 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            var f0 = i0.lanewise(VectorOperators.LSHL, 13).and(SIGN_AND_HALF).reinterpretAsFloats().mul(0x1p112f);
            s0 = f0.reinterpretAsInts()
                .lanewise(VectorOperators.OR, INFINITY, f0.abs().compare(VectorOperators.GE, 65536f).cast(I))
                .reinterpretAsFloats().fma(v, s0);
            var i1 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w1 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            var f1 = i1.lanewise(VectorOperators.LSHL, 13).and(SIGN_AND_HALF).reinterpretAsFloats().mul(0x1p112f);
            s1 = f1.reinterpretAsInts()
                .lanewise(VectorOperators.OR, INFINITY, f1.abs().compare(VectorOperators.GE, 65536f).cast(I))
                .reinterpretAsFloats().fma(v, s1);
            var i2 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w2 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            var f2 = i2.lanewise(VectorOperators.LSHL, 13).and(SIGN_AND_HALF).reinterpretAsFloats().mul(0x1p112f);
            s2 = f2.reinterpretAsInts()
                .lanewise(VectorOperators.OR, INFINITY, f2.abs().compare(VectorOperators.GE, 65536f).cast(I))
                .reinterpretAsFloats().fma(v, s2);
            var i3 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w3 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            var f3 = i3.lanewise(VectorOperators.LSHL, 13).and(SIGN_AND_HALF).reinterpretAsFloats().mul(0x1p112f);
            s3 = f3.reinterpretAsInts()
                .lanewise(VectorOperators.OR, INFINITY, f3.abs().compare(VectorOperators.GE, 65536f).cast(I))
                .reinterpretAsFloats().fma(v, s3);
        }
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(VectorOperators.ADD));
        tails(Dtype.FLOAT16, lines, step, x, k, depth, sums);
    }

    /// The same for `bfloat16`, which is the upper half of a float.
    static void brainDot(long lines, long step, long x, int depth, long sums) {
        long w0 = Ram.bounded(lines), w1 = Ram.bounded(lines + step), w2 = Ram.bounded(lines + 2 * step),
            w3 = Ram.bounded(lines + 3 * step), y = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - L; k += L) {
            long at = 2 * Ram.index(k);
            var v = FloatVector.fromMemorySegment(F, Ram.ALL, y + 2 * at, ORDER);
            var i0 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w0 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            s0 = i0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s0);
            var i1 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w1 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            s1 = i1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s1);
            var i2 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w2 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            s2 = i2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s2);
            var i3 = (IntVector) ShortVector.fromMemorySegment(H, Ram.ALL, w3 + at, ORDER)
                .convertShape(VectorOperators.S2I, I, 0);
            s3 = i3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s3);
        }
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(VectorOperators.ADD));
        Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(VectorOperators.ADD));
        tails(Dtype.BFLOAT16, lines, step, x, k, depth, sums);
    }

    private static void tails(Dtype type, long lines, long step, long x, int from, int depth, long sums) {
        for (int i = 0; i < 4; i++) {
            float sum = 0;
            for (int k = from; k < depth; k++) {
                short bits = Ram.ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, lines + i * step + 2L * k);
                float w = type == Dtype.FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
                sum = Math.fma(w, Ram.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4L * k), sum);
            }
            long to = sums + 4L * i;
            Ram.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to, Ram.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, to) + sum);
        }
    }
}
