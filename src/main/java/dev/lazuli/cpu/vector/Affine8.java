package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

/// Numbers of 8 bits without a conversion to float: shifted to the top of a float's fraction and given the exponent of
/// 1, a number q reads as 1 + q/256.
///
/// The vector x is laid out by planes, plane k with what multiplies number k of each word, times 256; before them comes
/// minus the sum of all planes, which takes the ones away again.
final class Affine8 {
    private static final int LANES = Species.INT.length();
    private static final int STEP = 4 * LANES;
    private static final int PLANES = 4;
    private static final int BLOCK = PLANES * STEP;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int ONE = 0x3F800000;
    private static final int BYTE = 0x7F8000;

    private Affine8() {}

    /// Bytes of a prepared vector: corrections, then planes, for each vector of words; then the numbers left over.
    static long preparedBytes(int depth) { return corrections(depth) + 4L * depth; }

    /// Bytes of the corrections, which are also the bytes of the whole vectors of words in a line.
    private static int corrections(int depth) { return depth / (PLANES * LANES) * STEP; }

    static void prepare(long x, int depth, long to) {
        int k = 0;
        long correction = to;
        to += corrections(depth);
        for (; k <= depth - PLANES * LANES; k += PLANES * LANES, to += BLOCK, correction += STEP)
            for (int lane = 0; lane < LANES; lane++) {
                long from = x + 4L * (k + lane * PLANES), at = to + 4L * lane;
                float sum = 0;
                for (int p = 0; p < PLANES; p++) {
                    float y = ALL.get(JAVA_FLOAT_UNALIGNED, from + 4L * p) * 256;
                    sum += y;
                    ALL.set(JAVA_FLOAT_UNALIGNED, at + p * STEP, y);
                }
                ALL.set(JAVA_FLOAT_UNALIGNED, correction + 4L * lane, -sum);
            }
        for (; k < depth; k++, to += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, to, ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * k));
    }

    static float dot(long words, long scales, int depth, long x) {
        int vectors = corrections(depth), words4 = depth / PLANES * 4;
        long planes = x + vectors;
        float sum = vectors == 0 ? 0 : vectors(words, scales, x, planes, vectors / 4);
        for (int at = vectors; at < words4; at += 4)
            sum += word(words + at, planes + (long) PLANES * at) * ALL.get(JAVA_FLOAT_UNALIGNED, scales + (at >> 4) * 4L);
        return sum;
    }

    /// One vector of words at a time; the loop variable counts bytes of scales.
    private static float vectors(long words, long scales, long x, long planes, int end) {
        words = Ram.bounded(words);
        scales = Ram.bounded(scales);
        x = Ram.bounded(x);
        planes = Ram.bounded(planes);
        FloatVector sum = FloatVector.zero(Species.FLOAT);
        for (int i = 0; i < end; i += LANES) {
            long n = Ram.index(i), at = 4 * n, y = planes + 4 * PLANES * n;
            var w = IntVector.fromMemorySegment(Species.INT, ALL, words + at, ORDER);
            var t = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + at, ORDER);
            var v3 = w.lanewise(LSHR, 9).and(BYTE).or(ONE);
            var f3 = v3.reinterpretAsFloats();
            t = f3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * STEP, ORDER), t);
            var v2 = w.lanewise(LSHR, 1).and(BYTE).or(ONE);
            var f2 = v2.reinterpretAsFloats();
            t = f2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * STEP, ORDER), t);
            var v1 = w.lanewise(LSHL, 7).and(BYTE).or(ONE);
            var f1 = v1.reinterpretAsFloats();
            t = f1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + STEP, ORDER), t);
            var v0 = w.lanewise(LSHL, 15).and(BYTE).or(ONE);
            var f0 = v0.reinterpretAsFloats();
            t = f0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y, ORDER), t);
            sum = t.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, scales + n, ORDER).rearrange(Spread.BY_4), sum);
        }
        return sum.reduceLanes(ADD);
    }

    private static float word(long words, long x) {
        int w = ALL.get(JAVA_INT_UNALIGNED, words);
        float sum = 0;
        for (int p = 0; p < PLANES; p++)
            sum += (w >>> 8 * p & 255) * ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * p);
        return sum;
    }

    static void dot4(long words, long scales, int depth, long x, long sums) {
        words = Ram.bounded(words);
        scales = Ram.bounded(scales);
        x = Ram.bounded(x);
        long next = Ram.bounded(preparedBytes(depth)), planes = x + corrections(depth);
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int bytes = depth / PLANES * 4, end = corrections(depth);
        for (int i = 0; i < end / 4; i += LANES) {
            long n = Ram.index(i), at = 4 * n, y = planes + 4 * PLANES * n;
            var w = IntVector.fromMemorySegment(Species.INT, ALL, words + at, ORDER);
            var t0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + at, ORDER);
            var t1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + next + at, ORDER);
            var t2 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 2 * next + at, ORDER);
            var t3 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 3 * next + at, ORDER);
            var v3 = w.lanewise(LSHR, 9).and(BYTE).or(ONE);
            var f3 = v3.reinterpretAsFloats();
            t0 = f3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * STEP, ORDER), t0);
            t1 = f3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 3 * STEP, ORDER), t1);
            t2 = f3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 3 * STEP, ORDER), t2);
            t3 = f3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 3 * STEP, ORDER), t3);
            var v2 = w.lanewise(LSHR, 1).and(BYTE).or(ONE);
            var f2 = v2.reinterpretAsFloats();
            t0 = f2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * STEP, ORDER), t0);
            t1 = f2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 2 * STEP, ORDER), t1);
            t2 = f2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 2 * STEP, ORDER), t2);
            t3 = f2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 2 * STEP, ORDER), t3);
            var v1 = w.lanewise(LSHL, 7).and(BYTE).or(ONE);
            var f1 = v1.reinterpretAsFloats();
            t0 = f1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + STEP, ORDER), t0);
            t1 = f1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + STEP, ORDER), t1);
            t2 = f1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + STEP, ORDER), t2);
            t3 = f1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + STEP, ORDER), t3);
            var v0 = w.lanewise(LSHL, 15).and(BYTE).or(ONE);
            var f0 = v0.reinterpretAsFloats();
            t0 = f0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y, ORDER), t0);
            t1 = f0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next, ORDER), t1);
            t2 = f0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next, ORDER), t2);
            t3 = f0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next, ORDER), t3);
            var scale = FloatVector.fromMemorySegment(Species.FLOAT, ALL, scales + n, ORDER).rearrange(Spread.BY_4);
            s0 = t0.fma(scale, s0);
            s1 = t1.fma(scale, s1);
            s2 = t2.fma(scale, s2);
            s3 = t3.fma(scale, s3);
        }
        float r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        for (int at = end; at < bytes; at += 4) {
            long y = planes + (long) PLANES * at;
            float scale = ALL.get(JAVA_FLOAT_UNALIGNED, scales + (at >> 4) * 4L);
            r0 += word(words + at, y) * scale;
            r1 += word(words + at, y + next) * scale;
            r2 += word(words + at, y + 2 * next) * scale;
            r3 += word(words + at, y + 3 * next) * scale;
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD) + r0);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD) + r1);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(ADD) + r2);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(ADD) + r3);
    }

    /// Dequantises a panel as wide as two vectors; see [dev.lazuli.cpu.QuantizedKernel#unpack].
    static void unpack(int group, long words, long scales, long biases, int depth, int stride, long to) {
        long line = 4L * stride;
        for (int j = 0; j < stride; j += LANES)
            for (int k = 0; k < depth; k += PLANES) {
                long at = line * (k / group) + 4L * j, out = to + line * k + 4L * j;
                var w = IntVector.fromMemorySegment(Species.INT, ALL, words + line * (k / PLANES) + 4L * j, ORDER);
                var bias = FloatVector.fromMemorySegment(Species.FLOAT, ALL, biases + at, ORDER);
                var scale = FloatVector.fromMemorySegment(Species.FLOAT, ALL, scales + at, ORDER)
                    .mul(256);
                w.lanewise(LSHL, 15).and(BYTE).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out, ORDER);
                w.lanewise(LSHL, 7).and(BYTE).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + line, ORDER);
                w.lanewise(LSHR, 1).and(BYTE).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 2 * line, ORDER);
                w.lanewise(LSHR, 9).and(BYTE).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 3 * line, ORDER);
            }
    }
}
