package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.GemmKernel;
import dev.lazuli.memory.Ram;
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

    @Override public void multiply(long a, long b, int depth, long tile) {
        a = Ram.bounded(a);
        b = Ram.bounded(b);
        tile = Ram.bounded(tile);
        DoubleVector b0, b1, x, c00 = DoubleVector.zero(Species.DOUBLE), c01 = c00;
        DoubleVector c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00;
        DoubleVector c50 = c00, c51 = c00;
        for (int i = 0; i < depth; i++) {
            long k = Ram.index(i), p = a + 8 * ROWS * k, q = b + 2 * STEP * k;
            b0 = DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, q, ORDER);
            b1 = DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, q + STEP, ORDER);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p + 8));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p + 16));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p + 24));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p + 32));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = DoubleVector.broadcast(Species.DOUBLE, ALL.get(JAVA_DOUBLE_UNALIGNED, p + 40));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoMemorySegment(ALL, tile, ORDER);
        c01.intoMemorySegment(ALL, tile + STEP, ORDER);
        c10.intoMemorySegment(ALL, tile + 2 * STEP, ORDER);
        c11.intoMemorySegment(ALL, tile + 3 * STEP, ORDER);
        c20.intoMemorySegment(ALL, tile + 4 * STEP, ORDER);
        c21.intoMemorySegment(ALL, tile + 5 * STEP, ORDER);
        c30.intoMemorySegment(ALL, tile + 6 * STEP, ORDER);
        c31.intoMemorySegment(ALL, tile + 7 * STEP, ORDER);
        c40.intoMemorySegment(ALL, tile + 8 * STEP, ORDER);
        c41.intoMemorySegment(ALL, tile + 9 * STEP, ORDER);
        c50.intoMemorySegment(ALL, tile + 10 * STEP, ORDER);
        c51.intoMemorySegment(ALL, tile + 11 * STEP, ORDER);
    }

    /// A vector that two branches meet in would be boxed, and so would one that waits while a bound is checked.
    @Override public void put(long tile, long c, long cStride, int rows, int columns, boolean add) {
        int whole = columns / LANES * LANES;
        for (int i = 0; i < rows; i++, tile += 2 * STEP, c += cStride) {
            long from = Ram.bounded(tile), to = Ram.bounded(c);
            if (add) for (int j = 0; j < whole; j += LANES)
                DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, from + 8 * Ram.index(j), ORDER)
                    .add(DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, to + 8 * Ram.index(j), ORDER))
                    .intoMemorySegment(ALL, to + 8 * Ram.index(j), ORDER);
            else for (int j = 0; j < whole; j += LANES)
                DoubleVector.fromMemorySegment(Species.DOUBLE, ALL, from + 8 * Ram.index(j), ORDER)
                    .intoMemorySegment(ALL, to + 8 * Ram.index(j), ORDER);
            for (int j = whole; j < columns; j++) {
                double x = ALL.get(JAVA_DOUBLE_UNALIGNED, tile + 8L * j);
                ALL.set(JAVA_DOUBLE_UNALIGNED, c + 8L * j, add ? x + ALL.get(JAVA_DOUBLE_UNALIGNED, c + 8L * j) : x);
            }
        }
    }
}
