package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.RowKernels;
import dev.lazuli.cpu.scalar.ScalarProvider;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// Row kernels in the Vector API.
///
/// Rows are in cache when they are read again, so each loop is bound by instructions: two or three loads and a store
/// a vector, four vectors a turn where a sum would otherwise wait for itself. `exp` is Cephes' polynomial, 1 ulp,
/// written in line: 20 instructions a vector, where a call to the JDK's `EXP` spills every register.
final class VectorRows implements RowKernels {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int L = F.length();
    private static final long W = 4L * L;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final RowKernels SCALAR = ScalarProvider.create().rows();

    static final float LOG2_E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    /// Adding it leaves round(x) + 127, the exponent's bits, at the low end of the sum.
    static final float ROUND = 0x1.8p23f + 127;
    static final float SMALLEST = -87;
    private static final float LARGEST = 88;

    interface Pass {
        /// y = (x - mean) * scale * weight + bias for whole vectors; the sum of as much of the row `ahead`.
        float run(long x, int n, float mean, float scale, long weight, long bias, long y, long ahead);
    }

    private static final Pass[] PASSES = {pass(false, false), pass(true, false), pass(false, true), pass(true, true)};

    private static Pass pass(boolean weight, boolean bias) {
        return Specialised.of(Pass.class, Normalizing.class, new Normalizing.Parameters(weight, bias));
    }

    @Override public void load(Dtype dtype, long x, long n, long y) {
        switch (dtype) {
            case FLOAT16 -> Halves.toFloat(x, n, y);
            case BFLOAT16 -> Halves.brainToFloat(x, n, y);
            default -> SCALAR.load(dtype, x, n, y);
        }
    }

    @Override public void store(long x, long n, Dtype dtype, long y) {
        switch (dtype) {
            case FLOAT16 -> Halves.fromFloat(x, n, y);
            case BFLOAT16 -> Halves.brainFromFloat(x, n, y);
            default -> SCALAR.store(x, n, dtype, y);
        }
    }

    @Override public float max(long x, long n) {
        var m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        var m1 = m0;
        var m2 = m0;
        var m3 = m0;
        long i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            var v0 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * i, ORDER);
            var v1 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * (i + L), ORDER);
            var v2 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * (i + 2 * L), ORDER);
            var v3 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * (i + 3 * L), ORDER);
            m0 = m0.blend(v0, v0.compare(VectorOperators.GT, m0));
            m1 = m1.blend(v1, v1.compare(VectorOperators.GT, m1));
            m2 = m2.blend(v2, v2.compare(VectorOperators.GT, m2));
            m3 = m3.blend(v3, v3.compare(VectorOperators.GT, m3));
        }
        for (; i <= n - L; i += L) {
            var v = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * i, ORDER);
            m0 = m0.blend(v, v.compare(VectorOperators.GT, m0));
        }
        float max = m0.max(m1).max(m2.max(m3)).reduceLanes(VectorOperators.MAX);
        return Math.max(max, SCALAR.max(x + 4 * i, n - i));
    }

    @Override public float exp(long x, long n, float shift, long y) {
        var sum = FloatVector.zero(F);
        long i = 0;
        for (; i <= n - L; i += L) {
            var v = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * i, ORDER).sub(shift);
            v = v.blend(LARGEST, v.compare(VectorOperators.GT, LARGEST));
            var t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
            var k = t.sub(ROUND);
            var r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
            r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
            var p = r.fma(FloatVector.broadcast(F, 1.9875691500e-4f), FloatVector.broadcast(F, 1.3981999507e-3f));
            p = p.fma(r, FloatVector.broadcast(F, 8.3334519073e-3f));
            p = p.fma(r, FloatVector.broadcast(F, 4.1665795894e-2f));
            p = p.fma(r, FloatVector.broadcast(F, 1.6666665459e-1f));
            p = p.fma(r, FloatVector.broadcast(F, 5.0000001201e-1f));
            p = p.fma(r.mul(r), r).add(1f);
            var e = p.mul(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
                .blend(0f, v.compare(VectorOperators.LT, SMALLEST));
            e.intoMemorySegment(Ram.ALL, y + 4 * i, ORDER);
            sum = sum.add(e);
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        if (i < n) {
            var m = F.indexInRange(i, n);
            var v = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * i, ORDER, m).sub(shift);
            v = v.blend(LARGEST, v.compare(VectorOperators.GT, LARGEST));
            var t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
            var k = t.sub(ROUND);
            var r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
            r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
            var p = r.fma(FloatVector.broadcast(F, 1.9875691500e-4f), FloatVector.broadcast(F, 1.3981999507e-3f));
            p = p.fma(r, FloatVector.broadcast(F, 8.3334519073e-3f));
            p = p.fma(r, FloatVector.broadcast(F, 4.1665795894e-2f));
            p = p.fma(r, FloatVector.broadcast(F, 1.6666665459e-1f));
            p = p.fma(r, FloatVector.broadcast(F, 5.0000001201e-1f));
            p = p.fma(r.mul(r), r).add(1f);
            var e = p.mul(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
                .blend(0f, v.compare(VectorOperators.LT, SMALLEST));
            e.intoMemorySegment(Ram.ALL, y + 4 * i, ORDER, m);
            total += e.reduceLanes(VectorOperators.ADD, m);
        }
        return total;
    }

    @Override public void scale(long x, long n, float factor, long y) {
        long i = 0;
        for (; i <= n - L; i += L)
            FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * i, ORDER).mul(factor)
                .intoMemorySegment(Ram.ALL, y + 4 * i, ORDER);
        SCALAR.scale(x + 4 * i, n - i, factor, y + 4 * i);
    }

    @Override public float sum(long x, int n) {
        var s0 = FloatVector.zero(F);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        x = Ram.bounded(x);
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            s0 = s0.add(FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i), ORDER));
            s1 = s1.add(FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + W, ORDER));
            s2 = s2.add(FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + 2 * W, ORDER));
            s3 = s3.add(FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + 3 * W, ORDER));
        }
        for (; i <= n - L; i += L) s0 = s0.add(FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i), ORDER));
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD) + SCALAR.sum(x + 4 * Ram.index(i), n - i);
    }

    @Override public float squares(long x, int n, float mean) {
        var s0 = FloatVector.zero(F);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        x = Ram.bounded(x);
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            var d0 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i), ORDER).sub(mean);
            var d1 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + W, ORDER).sub(mean);
            var d2 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + 2 * W, ORDER).sub(mean);
            var d3 = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i) + 3 * W, ORDER).sub(mean);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i <= n - L; i += L) {
            var d = FloatVector.fromMemorySegment(F, Ram.ALL, x + 4 * Ram.index(i), ORDER).sub(mean);
            s0 = d.fma(d, s0);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD)
            + SCALAR.squares(x + 4 * Ram.index(i), n - i, mean);
    }

    @Override public float normalize(long x, int n, float mean, float scale, long weight, long bias, long y,
                                     long next) {
        long ahead = next == 0 ? x : next, end = 4L * (n - n % L);
        float sum = PASSES[(weight != 0 ? 1 : 0) + (bias != 0 ? 2 : 0)]
            .run(x, n, mean, scale, weight, bias, y, ahead);
        return sum + SCALAR.normalize(x + end, n % L, mean, scale, weight == 0 ? 0 : weight + end,
            bias == 0 ? 0 : bias + end, y + end, ahead + end);
    }

    @Override public void rotate(long x0, long x1, long cos, long sin, long n, long y0, long y1) {
        long i = 0;
        for (; i <= n - L; i += L) {
            var a = FloatVector.fromMemorySegment(F, Ram.ALL, x0 + 4 * i, ORDER);
            var b = FloatVector.fromMemorySegment(F, Ram.ALL, x1 + 4 * i, ORDER);
            var c = FloatVector.fromMemorySegment(F, Ram.ALL, cos + 4 * i, ORDER);
            var s = FloatVector.fromMemorySegment(F, Ram.ALL, sin + 4 * i, ORDER);
            a.mul(c).sub(b.mul(s)).intoMemorySegment(Ram.ALL, y0 + 4 * i, ORDER);
            a.mul(s).add(b.mul(c)).intoMemorySegment(Ram.ALL, y1 + 4 * i, ORDER);
        }
        long o = 4 * i;
        SCALAR.rotate(x0 + o, x1 + o, cos + o, sin + o, n - i, y0 + o, y1 + o);
    }
}
