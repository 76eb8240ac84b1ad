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

    @Override public void tile(long lines, long step, long x, long xStep, int depth, long sums) {
        long l0 = Ram.bounded(lines), l1 = Ram.bounded(lines + step), l2 = Ram.bounded(lines + 2 * step),
            l3 = Ram.bounded(lines + 3 * step);
        long x0 = Ram.bounded(x), x1 = Ram.bounded(x + xStep), x2 = Ram.bounded(x + 2 * xStep),
            x3 = Ram.bounded(x + 3 * xStep);
        sums = Ram.bounded(sums);
        FloatVector s00 = FloatVector.zero(Species.FLOAT), s01 = s00, s02 = s00, s03 = s00;
        FloatVector s10 = s00, s11 = s00, s12 = s00, s13 = s00;
        FloatVector s20 = s00, s21 = s00, s22 = s00, s23 = s00;
        FloatVector s30 = s00, s31 = s00, s32 = s00, s33 = s00;
        int end = depth / LANES * LANES;
        for (int k = 0; k < end; k += LANES) {
            long at = 4 * Ram.index(k);
            var y0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x0 + at, ORDER);
            var y1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x1 + at, ORDER);
            var y2 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x2 + at, ORDER);
            var y3 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, x3 + at, ORDER);
            var w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, l0 + at, ORDER);
            s00 = w.fma(y0, s00);
            s01 = w.fma(y1, s01);
            s02 = w.fma(y2, s02);
            s03 = w.fma(y3, s03);
            w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, l1 + at, ORDER);
            s10 = w.fma(y0, s10);
            s11 = w.fma(y1, s11);
            s12 = w.fma(y2, s12);
            s13 = w.fma(y3, s13);
            w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, l2 + at, ORDER);
            s20 = w.fma(y0, s20);
            s21 = w.fma(y1, s21);
            s22 = w.fma(y2, s22);
            s23 = w.fma(y3, s23);
            w = FloatVector.fromMemorySegment(Species.FLOAT, ALL, l3 + at, ORDER);
            s30 = w.fma(y0, s30);
            s31 = w.fma(y1, s31);
            s32 = w.fma(y2, s32);
            s33 = w.fma(y3, s33);
        }
        add(sums, s00.reduceLanes(ADD));
        add(sums + 4, s01.reduceLanes(ADD));
        add(sums + 8, s02.reduceLanes(ADD));
        add(sums + 12, s03.reduceLanes(ADD));
        add(sums + 16, s10.reduceLanes(ADD));
        add(sums + 20, s11.reduceLanes(ADD));
        add(sums + 24, s12.reduceLanes(ADD));
        add(sums + 28, s13.reduceLanes(ADD));
        add(sums + 32, s20.reduceLanes(ADD));
        add(sums + 36, s21.reduceLanes(ADD));
        add(sums + 40, s22.reduceLanes(ADD));
        add(sums + 44, s23.reduceLanes(ADD));
        add(sums + 48, s30.reduceLanes(ADD));
        add(sums + 52, s31.reduceLanes(ADD));
        add(sums + 56, s32.reduceLanes(ADD));
        add(sums + 60, s33.reduceLanes(ADD));
        for (int i = 0; i < 4 && end < depth; i++)
            for (int j = 0; j < 4; j++) {
                float rest = 0;
                for (int k = end; k < depth; k++)
                    rest = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, lines + i * step + 4L * k),
                        ALL.get(JAVA_FLOAT_UNALIGNED, x + j * xStep + 4L * k), rest);
                add(sums + 4 * (4 * i + j), rest);
            }
    }

    private static void add(long to, float x) {
        ALL.set(JAVA_FLOAT_UNALIGNED, to, ALL.get(JAVA_FLOAT_UNALIGNED, to) + x);
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
