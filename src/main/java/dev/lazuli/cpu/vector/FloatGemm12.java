package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.GemmKernel;
import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A tile of 12 rows by two vectors: 24 sums, two loads and a broadcast fill 27 of 32 registers.
///
/// It ends in plain stores: with sums added to the result here, C1 gave up on the method and C2 never saw it.
final class FloatGemm12 implements GemmKernel {
    private static final int ROWS = 12;
    private static final int LANES = Species.FLOAT.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STEP = 4 * LANES;

    @Override public int rows() { return ROWS; }

    @Override public int columns() { return 2 * LANES; }

    @Override public void multiply(long a, long b, int depth, long tile) {
        a = Ram.bounded(a);
        b = Ram.bounded(b);
        tile = Ram.bounded(tile);
        FloatVector b0, b1, x, c00 = FloatVector.zero(Species.FLOAT), c01 = c00;
        FloatVector c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00;
        FloatVector c50 = c00, c51 = c00, c60 = c00, c61 = c00, c70 = c00, c71 = c00, c80 = c00, c81 = c00;
        FloatVector c90 = c00, c91 = c00, ca0 = c00, ca1 = c00, cb0 = c00, cb1 = c00;
        for (int i = 0; i < depth; i++) {
            long k = Ram.index(i), p = a + 4 * ROWS * k, q = b + 2 * STEP * k;
            b0 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, q, ORDER);
            b1 = FloatVector.fromMemorySegment(Species.FLOAT, ALL, q + STEP, ORDER);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 4));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 8));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 12));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 16));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 20));
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 24));
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 28));
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 32));
            c80 = x.fma(b0, c80);
            c81 = x.fma(b1, c81);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 36));
            c90 = x.fma(b0, c90);
            c91 = x.fma(b1, c91);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 40));
            ca0 = x.fma(b0, ca0);
            ca1 = x.fma(b1, ca1);
            x = FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, p + 44));
            cb0 = x.fma(b0, cb0);
            cb1 = x.fma(b1, cb1);
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
        c60.intoMemorySegment(ALL, tile + 12 * STEP, ORDER);
        c61.intoMemorySegment(ALL, tile + 13 * STEP, ORDER);
        c70.intoMemorySegment(ALL, tile + 14 * STEP, ORDER);
        c71.intoMemorySegment(ALL, tile + 15 * STEP, ORDER);
        c80.intoMemorySegment(ALL, tile + 16 * STEP, ORDER);
        c81.intoMemorySegment(ALL, tile + 17 * STEP, ORDER);
        c90.intoMemorySegment(ALL, tile + 18 * STEP, ORDER);
        c91.intoMemorySegment(ALL, tile + 19 * STEP, ORDER);
        ca0.intoMemorySegment(ALL, tile + 20 * STEP, ORDER);
        ca1.intoMemorySegment(ALL, tile + 21 * STEP, ORDER);
        cb0.intoMemorySegment(ALL, tile + 22 * STEP, ORDER);
        cb1.intoMemorySegment(ALL, tile + 23 * STEP, ORDER);
    }

    @Override public void put(long tile, long c, long cStride, int rows, int columns, boolean add) {
        FloatTile.put(tile, c, cStride, rows, columns, add);
    }
}
