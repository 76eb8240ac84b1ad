package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.GemmKernel;
import jdk.incubator.vector.DoubleVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

/// A tile of 6 rows by two vectors, which fits 16 registers and keeps two multipliers busy on any machine.
final class DoubleGemm implements GemmKernel {
    private static final int ROWS = 6;
    private static final int LANES = Species.DOUBLE.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STEP = 8 * LANES;

    @Override public int rows() { return ROWS; }

    @Override public int columns() { return 2 * LANES; }

    @Override public void multiply(long a, long b, long c, long cStride, int depth, boolean add) {
        DoubleVector b0, b1, x;
        var c00 = DoubleVector.zero(Species.DOUBLE);
        var c01 = DoubleVector.zero(Species.DOUBLE);
        var c10 = DoubleVector.zero(Species.DOUBLE);
        var c11 = DoubleVector.zero(Species.DOUBLE);
        var c20 = DoubleVector.zero(Species.DOUBLE);
        var c21 = DoubleVector.zero(Species.DOUBLE);
        var c30 = DoubleVector.zero(Species.DOUBLE);
        var c31 = DoubleVector.zero(Species.DOUBLE);
        var c40 = DoubleVector.zero(Species.DOUBLE);
        var c41 = DoubleVector.zero(Species.DOUBLE);
        var c50 = DoubleVector.zero(Species.DOUBLE);
        var c51 = DoubleVector.zero(Species.DOUBLE);
        for (int k = 0; k < depth; k++, a += 8 * ROWS, b += 2 * STEP) {
            b0 = DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, b, ORDER);
            b1 = DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, b + STEP, ORDER);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a + 8));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a + 16));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a + 24));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a + 32));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, a + 40));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        if (add) {
            c00 = c00.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c, ORDER));
            c01 = c01.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + STEP, ORDER));
            c10 = c10.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + cStride, ORDER));
            c11 = c11.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + cStride + STEP, ORDER));
            c20 = c20.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 2 * cStride, ORDER));
            c21 = c21.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 2 * cStride + STEP, ORDER));
            c30 = c30.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 3 * cStride, ORDER));
            c31 = c31.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 3 * cStride + STEP, ORDER));
            c40 = c40.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 4 * cStride, ORDER));
            c41 = c41.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 4 * cStride + STEP, ORDER));
            c50 = c50.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 5 * cStride, ORDER));
            c51 = c51.add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, c + 5 * cStride + STEP, ORDER));
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
    }
}
