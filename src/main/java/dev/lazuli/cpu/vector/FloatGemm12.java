package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.GemmKernel;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A tile of 12 rows by two vectors: 24 sums, two loads and a broadcast fill 27 of 32 registers.
final class FloatGemm12 implements GemmKernel {
    private static final int ROWS = 12;
    private static final int LANES = Species.FLOAT.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STEP = 4 * LANES;

    @Override public int rows() { return ROWS; }

    @Override public int columns() { return 2 * LANES; }

    @Override public void multiply(long a, long b, long c, long cStride, int depth, boolean add) {
        FloatVector b0, b1, x;
        var c00 = FloatVector.zero(Species.FLOAT);
        var c01 = FloatVector.zero(Species.FLOAT);
        var c10 = FloatVector.zero(Species.FLOAT);
        var c11 = FloatVector.zero(Species.FLOAT);
        var c20 = FloatVector.zero(Species.FLOAT);
        var c21 = FloatVector.zero(Species.FLOAT);
        var c30 = FloatVector.zero(Species.FLOAT);
        var c31 = FloatVector.zero(Species.FLOAT);
        var c40 = FloatVector.zero(Species.FLOAT);
        var c41 = FloatVector.zero(Species.FLOAT);
        var c50 = FloatVector.zero(Species.FLOAT);
        var c51 = FloatVector.zero(Species.FLOAT);
        var c60 = FloatVector.zero(Species.FLOAT);
        var c61 = FloatVector.zero(Species.FLOAT);
        var c70 = FloatVector.zero(Species.FLOAT);
        var c71 = FloatVector.zero(Species.FLOAT);
        var c80 = FloatVector.zero(Species.FLOAT);
        var c81 = FloatVector.zero(Species.FLOAT);
        var c90 = FloatVector.zero(Species.FLOAT);
        var c91 = FloatVector.zero(Species.FLOAT);
        var ca0 = FloatVector.zero(Species.FLOAT);
        var ca1 = FloatVector.zero(Species.FLOAT);
        var cb0 = FloatVector.zero(Species.FLOAT);
        var cb1 = FloatVector.zero(Species.FLOAT);
        for (int k = 0; k < depth; k++, a += 4 * ROWS, b += 2 * STEP) {
            b0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, b, ORDER);
            b1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, b + STEP, ORDER);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 20));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 24));
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 28));
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 32));
            c80 = x.fma(b0, c80);
            c81 = x.fma(b1, c81);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 36));
            c90 = x.fma(b0, c90);
            c91 = x.fma(b1, c91);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 40));
            ca0 = x.fma(b0, ca0);
            ca1 = x.fma(b1, ca1);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, a + 44));
            cb0 = x.fma(b0, cb0);
            cb1 = x.fma(b1, cb1);
        }
        if (add) {
            c00 = c00.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c, ORDER));
            c01 = c01.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + STEP, ORDER));
            c10 = c10.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + cStride, ORDER));
            c11 = c11.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + cStride + STEP, ORDER));
            c20 = c20.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 2 * cStride, ORDER));
            c21 = c21.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 2 * cStride + STEP, ORDER));
            c30 = c30.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 3 * cStride, ORDER));
            c31 = c31.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 3 * cStride + STEP, ORDER));
            c40 = c40.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 4 * cStride, ORDER));
            c41 = c41.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 4 * cStride + STEP, ORDER));
            c50 = c50.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 5 * cStride, ORDER));
            c51 = c51.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 5 * cStride + STEP, ORDER));
            c60 = c60.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 6 * cStride, ORDER));
            c61 = c61.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 6 * cStride + STEP, ORDER));
            c70 = c70.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 7 * cStride, ORDER));
            c71 = c71.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 7 * cStride + STEP, ORDER));
            c80 = c80.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 8 * cStride, ORDER));
            c81 = c81.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 8 * cStride + STEP, ORDER));
            c90 = c90.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 9 * cStride, ORDER));
            c91 = c91.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 9 * cStride + STEP, ORDER));
            ca0 = ca0.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 10 * cStride, ORDER));
            ca1 = ca1.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 10 * cStride + STEP, ORDER));
            cb0 = cb0.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 11 * cStride, ORDER));
            cb1 = cb1.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, c + 11 * cStride + STEP, ORDER));
        }
        c00.intoMemorySegment(ALL, c, ORDER);
        c01.intoMemorySegment(ALL, c + STEP, ORDER);
        c10.intoMemorySegment(ALL, c + cStride, ORDER);
        c11.intoMemorySegment(ALL, c + cStride + STEP, ORDER);
        c20.intoMemorySegment(ALL, c + 2 * cStride, ORDER);
        c21.intoMemorySegment(ALL, c + 2 * cStride + STEP, ORDER);
        c30.intoMemorySegment(ALL, c + 3 * cStride, ORDER);
        c31.intoMemorySegment(ALL, c + 3 * cStride + STEP, ORDER);
        c40.intoMemorySegment(ALL, c + 4 * cStride, ORDER);
        c41.intoMemorySegment(ALL, c + 4 * cStride + STEP, ORDER);
        c50.intoMemorySegment(ALL, c + 5 * cStride, ORDER);
        c51.intoMemorySegment(ALL, c + 5 * cStride + STEP, ORDER);
        c60.intoMemorySegment(ALL, c + 6 * cStride, ORDER);
        c61.intoMemorySegment(ALL, c + 6 * cStride + STEP, ORDER);
        c70.intoMemorySegment(ALL, c + 7 * cStride, ORDER);
        c71.intoMemorySegment(ALL, c + 7 * cStride + STEP, ORDER);
        c80.intoMemorySegment(ALL, c + 8 * cStride, ORDER);
        c81.intoMemorySegment(ALL, c + 8 * cStride + STEP, ORDER);
        c90.intoMemorySegment(ALL, c + 9 * cStride, ORDER);
        c91.intoMemorySegment(ALL, c + 9 * cStride + STEP, ORDER);
        ca0.intoMemorySegment(ALL, c + 10 * cStride, ORDER);
        ca1.intoMemorySegment(ALL, c + 10 * cStride + STEP, ORDER);
        cb0.intoMemorySegment(ALL, c + 11 * cStride, ORDER);
        cb1.intoMemorySegment(ALL, c + 11 * cStride + STEP, ORDER);
    }
}
