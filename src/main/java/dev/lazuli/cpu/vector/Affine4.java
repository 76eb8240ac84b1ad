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

/// Numbers of 4 bits without a conversion to float: shifted to the top of a float's fraction and given the exponent of
/// 1, a number q reads 1 + q/16; less 1 that is q/16 exactly. So a number takes a shift, one three-way logic operation,
/// a subtraction and a multiply-add.
///
/// The vector x is laid out to fit: plane k holds 16 times what multiplies number k of each word.
final class Affine4 {
    private static final int LANES = Species.INT.length();
    private static final int STEP = 4 * LANES;
    private static final int PLANES = 8;
    private static final int BLOCK = PLANES * STEP;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int ONE = 0x3F800000;
    private static final int TOP = 0x780000;

    private Affine4() {}

    /// Bytes of a prepared vector: planes for each vector of words, then the numbers left over.
    static long preparedBytes(int depth) { return 4L * depth; }

    /// Bytes of the whole vectors of words in a line.
    private static int wholeBytes(int depth) { return depth / (PLANES * LANES) * STEP; }

    static void prepare(long x, int depth, long to) {
        int k = 0;
        for (; k <= depth - PLANES * LANES; k += PLANES * LANES, to += BLOCK)
            for (int lane = 0; lane < LANES; lane++)
                for (int p = 0; p < PLANES; p++)
                    ALL.set(JAVA_FLOAT_UNALIGNED, to + p * STEP + 4L * lane,
                        16 * ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (k + lane * PLANES + p)));
        for (; k < depth; k++, to += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, to, ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * k));
    }

    static float dot(long words, long scales, int depth, long x) {
        int whole = wholeBytes(depth), words4 = depth / PLANES * 4;
        float sum = whole == 0 ? 0 : vectors(words, scales, x, whole / 4);
        for (int at = whole; at < words4; at += 4)
            sum += word(words + at, x + (long) PLANES * at) * ALL.get(JAVA_FLOAT_UNALIGNED, scales + (at >> 4) * 4L);
        return sum;
    }

    /// One vector of words at a time; the loop variable counts bytes of scales.
    private static float vectors(long words, long scales, long x, int end) {
        words = Ram.bounded(words);
        scales = Ram.bounded(scales);
        x = Ram.bounded(x);
        FloatVector sum = FloatVector.zero(Species.FLOAT);
        for (int i = 0; i < end; i += LANES) {
            long n = Ram.index(i), y = x + 4 * PLANES * n;
            var w = IntVector.fromMemorySegment(Species.INT, ALL, words + 4 * n, ORDER);
            var t = w.lanewise(LSHL, 19).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y, ORDER));
            var u = w.lanewise(LSHL, 15).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + STEP, ORDER));
            t = w.lanewise(LSHL, 11).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * STEP, ORDER), t);
            u = w.lanewise(LSHL, 7).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * STEP, ORDER), u);
            t = w.lanewise(LSHL, 3).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 4 * STEP, ORDER), t);
            u = w.lanewise(LSHR, 1).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 5 * STEP, ORDER), u);
            t = w.lanewise(LSHR, 5).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 6 * STEP, ORDER), t);
            u = w.lanewise(LSHR, 9).and(TOP).or(ONE).reinterpretAsFloats().sub(1)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 7 * STEP, ORDER), u);
            sum = t.add(u)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, scales + n, ORDER).rearrange(Spread.BY_4), sum);
        }
        return sum.reduceLanes(ADD);
    }

    private static float word(long words, long x) {
        int w = ALL.get(JAVA_INT_UNALIGNED, words);
        float sum = 0;
        for (int p = 0; p < PLANES; p++)
            sum += (w >>> 4 * p & 15) * ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * p);
        return sum;
    }

    static void dot4(long words, long scales, int depth, long x, long sums) {
        words = Ram.bounded(words);
        scales = Ram.bounded(scales);
        x = Ram.bounded(x);
        long next = Ram.bounded(preparedBytes(depth));
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int bytes = depth / PLANES * 4, end = wholeBytes(depth);
        for (int i = 0; i < end / 4; i += LANES) {
            long n = Ram.index(i), y = x + 4 * PLANES * n;
            var w = IntVector.fromMemorySegment(Species.INT, ALL, words + 4 * n, ORDER);
            FloatVector t0 = FloatVector.zero(Species.FLOAT), t1 = t0, t2 = t0, t3 = t0, v;
            v = w.lanewise(LSHL, 19).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next, ORDER), t3);
            v = w.lanewise(LSHL, 15).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + STEP, ORDER), t3);
            v = w.lanewise(LSHL, 11).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 2 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 2 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 2 * STEP, ORDER), t3);
            v = w.lanewise(LSHL, 7).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 3 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 3 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 3 * STEP, ORDER), t3);
            v = w.lanewise(LSHL, 3).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 4 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 4 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 4 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 4 * STEP, ORDER), t3);
            v = w.lanewise(LSHR, 1).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 5 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 5 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 5 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 5 * STEP, ORDER), t3);
            v = w.lanewise(LSHR, 5).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 6 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 6 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 6 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 6 * STEP, ORDER), t3);
            v = w.lanewise(LSHR, 9).and(TOP).or(ONE).reinterpretAsFloats().sub(1);
            t0 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 7 * STEP, ORDER), t0);
            t1 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + next + 7 * STEP, ORDER), t1);
            t2 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * next + 7 * STEP, ORDER), t2);
            t3 = v.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * next + 7 * STEP, ORDER), t3);
            var scale = FloatVector.fromMemorySegment(Species.FLOAT, ALL, scales + n, ORDER).rearrange(Spread.BY_4);
            s0 = t0.fma(scale, s0);
            s1 = t1.fma(scale, s1);
            s2 = t2.fma(scale, s2);
            s3 = t3.fma(scale, s3);
        }
        float r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        for (int at = end; at < bytes; at += 4) {
            long y = x + (long) PLANES * at;
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
                    .mul(16);
                w.lanewise(LSHL, 19).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out, ORDER);
                w.lanewise(LSHL, 15).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + line, ORDER);
                w.lanewise(LSHL, 11).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 2 * line, ORDER);
                w.lanewise(LSHL, 7).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 3 * line, ORDER);
                w.lanewise(LSHL, 3).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 4 * line, ORDER);
                w.lanewise(LSHR, 1).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 5 * line, ORDER);
                w.lanewise(LSHR, 5).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 6 * line, ORDER);
                w.lanewise(LSHR, 9).and(TOP).or(ONE).reinterpretAsFloats().sub(1).fma(scale, bias)
                    .intoMemorySegment(ALL, out + 7 * line, ORDER);
            }
    }
}
