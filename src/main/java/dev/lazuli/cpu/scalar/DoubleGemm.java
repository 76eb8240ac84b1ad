package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.GemmKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

/// A tile of 4 rows by 2 columns in `double`: its sums stay in registers.
final class DoubleGemm implements GemmKernel {

    @Override public int rows() { return 4; }

    @Override public int columns() { return 2; }

    @Override public void multiply(long a, long b, int depth, long tile) {
        double c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0;
        for (int k = 0; k < depth; k++, a += 32, b += 16) {
            double b0 = get(b), b1 = get(b + 8);
            double a0 = get(a);
            c00 += a0 * b0;
            c01 += a0 * b1;
            double a1 = get(a + 8);
            c10 += a1 * b0;
            c11 += a1 * b1;
            double a2 = get(a + 16);
            c20 += a2 * b0;
            c21 += a2 * b1;
            double a3 = get(a + 24);
            c30 += a3 * b0;
            c31 += a3 * b1;
        }
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile, c00);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 8, c01);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 16, c10);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 24, c11);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 32, c20);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 40, c21);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 48, c30);
        ALL.set(JAVA_DOUBLE_UNALIGNED, tile + 56, c31);
    }

    @Override public void put(long tile, long c, long cStride, int rows, int columns, boolean add) {
        for (int i = 0; i < rows; i++, tile += 16, c += cStride)
            for (int j = 0; j < columns; j++) {
                double x = get(tile + 8L * j);
                ALL.set(JAVA_DOUBLE_UNALIGNED, c + 8L * j, add ? x + get(c + 8L * j) : x);
            }
    }

    private static double get(long address) { return ALL.get(JAVA_DOUBLE_UNALIGNED, address); }
}
