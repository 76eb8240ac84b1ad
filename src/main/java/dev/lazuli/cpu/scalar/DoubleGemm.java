package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.GemmKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

/// A tile of 4 rows by 2 columns in `double`: its sums stay in registers.
final class DoubleGemm implements GemmKernel {

    @Override public int rows() { return 4; }

    @Override public int columns() { return 2; }

    @Override public void multiply(long a, long b, long c, long cStride, int depth, boolean add) {
        double c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0;
        for (int k = 0; k < depth; k++, a += 32, b += 16) {
            double b0 = ALL.get(JAVA_DOUBLE_UNALIGNED, b), b1 = ALL.get(JAVA_DOUBLE_UNALIGNED, b + 8);
            double a0 = ALL.get(JAVA_DOUBLE_UNALIGNED, a);
            c00 += a0 * b0;
            c01 += a0 * b1;
            double a1 = ALL.get(JAVA_DOUBLE_UNALIGNED, a + 8);
            c10 += a1 * b0;
            c11 += a1 * b1;
            double a2 = ALL.get(JAVA_DOUBLE_UNALIGNED, a + 16);
            c20 += a2 * b0;
            c21 += a2 * b1;
            double a3 = ALL.get(JAVA_DOUBLE_UNALIGNED, a + 24);
            c30 += a3 * b0;
            c31 += a3 * b1;
        }
        put(c + 0 * cStride, c00, c01, add);
        put(c + 1 * cStride, c10, c11, add);
        put(c + 2 * cStride, c20, c21, add);
        put(c + 3 * cStride, c30, c31, add);
    }

    private static void put(long c, double x, double y, boolean add) {
        ALL.set(JAVA_DOUBLE_UNALIGNED, c, add ? ALL.get(JAVA_DOUBLE_UNALIGNED, c) + x : x);
        ALL.set(JAVA_DOUBLE_UNALIGNED, c + 8, add ? ALL.get(JAVA_DOUBLE_UNALIGNED, c + 8) + y : y);
    }
}
