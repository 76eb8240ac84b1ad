package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.MatvecKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
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
        line = Ram.bounded(line);
        x = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - 4 * LANES; k += 4 * LANES) {
            long w = line + 4 * Ram.index(k), y = x + 4 * Ram.index(k);
            s0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, w, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y, ORDER), s0);
            s1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, w + STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + STEP, ORDER), s1);
            s2 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, w + 2 * STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 2 * STEP, ORDER), s2);
            s3 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, w + 3 * STEP, ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 3 * STEP, ORDER), s3);
        }
        for (; k <= depth - LANES; k += LANES)
            s0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line + 4 * Ram.index(k), ORDER)
                .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 4 * Ram.index(k), ORDER), s0);
        float tail = 0;
        for (; k < depth; k++)
            tail = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, line + 4 * Ram.index(k)),
                ALL.get(JAVA_FLOAT_UNALIGNED, x + 4 * Ram.index(k)), tail);
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD) + tail;
    }

    @Override public void dot4(long line, long x, int depth, long sums) {
        line = Ram.bounded(line);
        x = Ram.bounded(x);
        long x1 = x + 4 * Ram.index(depth), x2 = x1 + 4 * Ram.index(depth), x3 = x2 + 4 * Ram.index(depth);
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        int k = 0;
        for (; k <= depth - LANES; k += LANES) {
            long at = 4 * Ram.index(k);
            var w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, line + at, ORDER);
            s0 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + at, ORDER), s0);
            s1 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x1 + at, ORDER), s1);
            s2 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x2 + at, ORDER), s2);
            s3 = w.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x3 + at, ORDER), s3);
        }
        float t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        for (; k < depth; k++) {
            long at = 4 * Ram.index(k);
            float w = ALL.get(JAVA_FLOAT_UNALIGNED, line + at);
            t0 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x + at), t0);
            t1 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x1 + at), t1);
            t2 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x2 + at), t2);
            t3 = Math.fma(w, ALL.get(JAVA_FLOAT_UNALIGNED, x3 + at), t3);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD) + t0);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD) + t1);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 8, s2.reduceLanes(ADD) + t2);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 12, s3.reduceLanes(ADD) + t3);
    }

    @Override public void halves(Dtype type, long lines, long step, long x, int depth, long sums) {
        if (type == Dtype.FLOAT16) Halves.dot(lines, step, x, depth, sums);
        else Halves.brainDot(lines, step, x, depth, sums);
    }

    @Override public void add4(long lines, long lineBytes, float x0, float x1, float x2, float x3, int count,
        long sums) {
        long l0 = Ram.bounded(lines), l1 = Ram.bounded(lines + lineBytes), l2 = Ram.bounded(lines + 2 * lineBytes),
            l3 = Ram.bounded(lines + 3 * lineBytes);
        sums = Ram.bounded(sums);
        FloatVector v0 = FloatVector.broadcast(Species.FLOAT, x0), v1 = FloatVector.broadcast(Species.FLOAT, x1),
            v2 = FloatVector.broadcast(Species.FLOAT, x2), v3 = FloatVector.broadcast(Species.FLOAT, x3);
        int j = 0;
        for (; j <= count - LANES; j += LANES) {
            long at = 4 * Ram.index(j);
            var s = FloatVector.fromMemorySegment(Species.FLOAT, ALL, sums + at, ORDER);
            s = v0.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l0 + at, ORDER), s);
            s = v1.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l1 + at, ORDER), s);
            s = v2.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l2 + at, ORDER), s);
            s = v3.fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, l3 + at, ORDER), s);
            s.intoMemorySegment(ALL, sums + at, ORDER);
        }
        for (; j < count; j++) {
            long at = 4 * Ram.index(j);
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + at, ALL.get(JAVA_FLOAT_UNALIGNED, sums + at)
                + x0 * ALL.get(JAVA_FLOAT_UNALIGNED, l0 + at) + x1 * ALL.get(JAVA_FLOAT_UNALIGNED, l1 + at)
                + x2 * ALL.get(JAVA_FLOAT_UNALIGNED, l2 + at) + x3 * ALL.get(JAVA_FLOAT_UNALIGNED, l3 + at));
        }
    }
}
