package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.MatvecKernel;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// One load and one multiply-add for each vector of the matrix.
final class VectorMatvec implements MatvecKernel {
    private static final int LANES = Species.FLOAT.length();
    private static final long STEP = 4 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public float dot(long line, long x, int depth) {
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - 4 * LANES; k += 4 * LANES, line += 4 * STEP, x += 4 * STEP) {
            s0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x, ORDER), s0);
            s1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line + STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + STEP, ORDER), s1);
            s2 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line + 2 * STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 2 * STEP, ORDER), s2);
            s3 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line + 3 * STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 3 * STEP, ORDER), s3);
        }
        for (; k <= depth - LANES; k += LANES, line += STEP, x += STEP)
            s0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x, ORDER), s0);
        float tail = 0;
        for (; k < depth; k++, line += 4, x += 4)
            tail = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, line), ALL.get(JAVA_FLOAT_UNALIGNED, x), tail);
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD) + tail;
    }

    @Override public void dot4(long line, long x, int depth, long sums) {
        long bytes = 4L * depth;
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - LANES; k += LANES, line += STEP, x += STEP) {
            var w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line, ORDER);
            s0 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x, ORDER), s0);
            s1 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + bytes, ORDER), s1);
            s2 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 2 * bytes, ORDER), s2);
            s3 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 3 * bytes, ORDER), s3);
        }
        float t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        for (; k < depth; k++, line += 4, x += 4) {
            float w = ALL.get(JAVA_FLOAT_UNALIGNED, line);
            t0 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x), t0);
            t1 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x + bytes), t1);
            t2 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x + 2 * bytes), t2);
            t3 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x + 3 * bytes), t3);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD) + t0);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD) + t1);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(ADD) + t2);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(ADD) + t3);
    }

    @Override public void add4(long lines, long lineBytes, float x0, float x1, float x2, float x3, int count, long sums) {
        long l1 = lines + lineBytes, l2 = l1 + lineBytes, l3 = l2 + lineBytes;
        FloatVector v0 = FloatVector.broadcast(Species.FLOAT, x0), v1 = FloatVector.broadcast(Species.FLOAT, x1),
            v2 = FloatVector.broadcast(Species.FLOAT, x2), v3 = FloatVector.broadcast(Species.FLOAT, x3);
        long j = 0;
        for (; j <= 4L * count - STEP; j += STEP) {
            var s = FloatVector.fromMemorySegment(Species.FLOAT, ALL, sums + j, ORDER);
            s = v0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, lines + j, ORDER), s);
            s = v1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l1 + j, ORDER), s);
            s = v2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l2 + j, ORDER), s);
            s = v3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l3 + j, ORDER), s);
            s.intoMemorySegment(ALL, sums + j, ORDER);
        }
        for (; j < 4L * count; j += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + j, ALL.get(JAVA_FLOAT_UNALIGNED, sums + j)
                + x0 * ALL.get(JAVA_FLOAT_UNALIGNED, lines + j) + x1 * ALL.get(JAVA_FLOAT_UNALIGNED, l1 + j)
                + x2 * ALL.get(JAVA_FLOAT_UNALIGNED, l2 + j) + x3 * ALL.get(JAVA_FLOAT_UNALIGNED, l3 + j));
    }
}
