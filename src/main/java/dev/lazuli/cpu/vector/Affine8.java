package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.QuantizedKernel;
import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

/// Numbers of 8 bits, converted where they lie in their word: byte p reads 256^p times too large, and plane p of the
/// vector x is divided by as much; see [Affine4].
final class Affine8 implements QuantizedKernel {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final int LANES = F.length();
    private static final int STEP = 4 * LANES;
    private static final int PLANES = 4;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public void prepare(long x, int depth, long to) { Planes.write(PLANES, x, depth, to); }

    @Override public void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep,
                                int depth, int group, long x, long groupSums, long sums) {
        long w0 = Ram.bounded(words), w1 = Ram.bounded(words + step), w2 = Ram.bounded(words + 2 * step),
            w3 = Ram.bounded(words + 3 * step), y = Ram.bounded(x);
        long c0 = Ram.bounded(scales), c1 = Ram.bounded(scales + scaleStep), c2 = Ram.bounded(scales + 2 * scaleStep),
            c3 = Ram.bounded(scales + 3 * scaleStep);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int end = depth / PLANES / LANES * LANES, shift = Integer.numberOfTrailingZeros(group / PLANES);
        var spread = Spread.by(group / PLANES);
        for (int i = 0; i < end; i += LANES) {
            long at = 4 * Ram.index(i), p = y + PLANES * at, g = 4 * Ram.index(i >> shift);
            var a = IntVector.fromMemorySegment(I, ALL, w0 + at, ORDER);
            var b = IntVector.fromMemorySegment(I, ALL, w1 + at, ORDER);
            var c = IntVector.fromMemorySegment(I, ALL, w2 + at, ORDER);
            var d = IntVector.fromMemorySegment(I, ALL, w3 + at, ORDER);
            var v = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
            var t0 = a.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            var t1 = b.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            var t2 = c.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            var t3 = d.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            v = FloatVector.fromMemorySegment(F, ALL, p + STEP, ORDER);
            t0 = a.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            t2 = c.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t2);
            t3 = d.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t3);
            v = FloatVector.fromMemorySegment(F, ALL, p + 2 * STEP, ORDER);
            t0 = a.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            t2 = c.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t2);
            t3 = d.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t3);
            v = FloatVector.fromMemorySegment(F, ALL, p + 3 * STEP, ORDER);
            t0 = a.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            t2 = c.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t2);
            t3 = d.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t3);
            s0 = t0.fma(FloatVector.fromMemorySegment(F, ALL, c0 + g, ORDER).rearrange(spread), s0);
            s1 = t1.fma(FloatVector.fromMemorySegment(F, ALL, c1 + g, ORDER).rearrange(spread), s1);
            s2 = t2.fma(FloatVector.fromMemorySegment(F, ALL, c2 + g, ORDER).rearrange(spread), s2);
            s3 = t3.fma(FloatVector.fromMemorySegment(F, ALL, c3 + g, ORDER).rearrange(spread), s3);
        }
        long sum = Ram.bounded(groupSums);
        long b0 = Ram.bounded(biases), b1 = Ram.bounded(biases + biasStep), b2 = Ram.bounded(biases + 2 * biasStep),
            b3 = Ram.bounded(biases + 3 * biasStep);
        int j = 0, groups = depth / group;
        for (; j <= groups - LANES; j += LANES) {
            long at = 4 * Ram.index(j);
            var v = FloatVector.fromMemorySegment(F, ALL, sum + at, ORDER);
            s0 = FloatVector.fromMemorySegment(F, ALL, b0 + at, ORDER).fma(v, s0);
            s1 = FloatVector.fromMemorySegment(F, ALL, b1 + at, ORDER).fma(v, s1);
            s2 = FloatVector.fromMemorySegment(F, ALL, b2 + at, ORDER).fma(v, s2);
            s3 = FloatVector.fromMemorySegment(F, ALL, b3 + at, ORDER).fma(v, s3);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(ADD));
        if (end * PLANES < depth)
            for (int r = 0; r < 4; r++)
                add(sums + 4L * r, Planes.tail(8, words + r * step, scales + r * scaleStep, end, depth, group, x));
        if (j < groups)
            for (int r = 0; r < 4; r++) add(sums + 4L * r, Planes.tail(biases + r * biasStep, groupSums, j, groups));
    }

    @Override public void vectors(long words, long scales, int depth, int group, long x, long sums) {
        long line = Ram.bounded(words), scale = Ram.bounded(scales), y = Ram.bounded(x);
        long next = Ram.bounded(4L * depth);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int end = depth / PLANES / LANES * LANES, shift = Integer.numberOfTrailingZeros(group / PLANES);
        var spread = Spread.by(group / PLANES);
        for (int i = 0; i < end; i += LANES) {
            long at = 4 * Ram.index(i), p = y + PLANES * at, g = 4 * Ram.index(i >> shift);
            var w = IntVector.fromMemorySegment(I, ALL, line + at, ORDER);
            var v = w.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats();
            var t0 = v.mul(FloatVector.fromMemorySegment(F, ALL, p, ORDER));
            var t1 = v.mul(FloatVector.fromMemorySegment(F, ALL, p + next, ORDER));
            var t2 = v.mul(FloatVector.fromMemorySegment(F, ALL, p + 2 * next, ORDER));
            var t3 = v.mul(FloatVector.fromMemorySegment(F, ALL, p + 3 * next, ORDER));
            v = w.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats();
            t0 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + next + STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 2 * next + STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 3 * next + STEP, ORDER), t3);
            v = w.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats();
            t0 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 2 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + next + 2 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 2 * next + 2 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 3 * next + 2 * STEP, ORDER), t3);
            v = w.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats();
            t0 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 3 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + next + 3 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 2 * next + 3 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(F, ALL, p + 3 * next + 3 * STEP, ORDER), t3);
            var c = FloatVector.fromMemorySegment(F, ALL, scale + g, ORDER).rearrange(spread);
            s0 = t0.fma(c, s0);
            s1 = t1.fma(c, s1);
            s2 = t2.fma(c, s2);
            s3 = t3.fma(c, s3);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(ADD));
        if (end * PLANES < depth)
            for (int r = 0; r < 4; r++)
                add(sums + 4L * r, Planes.tail(8, words, scales, end, depth, group, x + r * next));
    }

    private static void add(long to, float x) {
        ALL.set(JAVA_FLOAT_UNALIGNED, to, ALL.get(JAVA_FLOAT_UNALIGNED, to) + x);
    }

    @Override public void unpack(int group, long words, long scales, long biases, int depth, int stride, long to) {
        long line = 4L * stride;
        for (int j = 0; j < stride; j += LANES)
            for (int g = 0; g < depth / group; g++) {
                long at = line * g + 4L * j, out = to + line * g * group + 4L * j;
                long w = words + line * g * group / PLANES + 4L * j;
                unpack(Ram.bounded(w), Ram.bounded(scales + at), Ram.bounded(biases + at), group / PLANES, line,
                    Ram.bounded(out));
            }
    }

    /// One group of as many lines as a vector has lanes.
    private static void unpack(long words, long scales, long biases, int count, long line, long to) {
        var bias = FloatVector.fromMemorySegment(F, ALL, biases, ORDER);
        var c0 = FloatVector.fromMemorySegment(F, ALL, scales, ORDER);
        var c1 = c0.mul(0x1p-8f);
        var c2 = c1.mul(0x1p-8f);
        var c3 = c0;
        for (int i = 0; i < count; i++, to += PLANES * line) {
            var w = IntVector.fromMemorySegment(I, ALL, words + i * line, ORDER);
            w.and(0xFF).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c0, bias).intoMemorySegment(ALL, to, ORDER);
            w.and(0xFF00).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c1, bias)
                .intoMemorySegment(ALL, to + line, ORDER);
            w.and(0xFF0000).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c2, bias)
                .intoMemorySegment(ALL, to + 2 * line, ORDER);
            w.lanewise(LSHR, 24).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c3, bias)
                .intoMemorySegment(ALL, to + 3 * line, ORDER);
        }
    }
}
