package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.GemmKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A tile of 4 rows by 2 columns in `float`: its sums stay in registers.
final class FloatGemm implements GemmKernel {

    @Override public int rows() { return 4; }

    @Override public int columns() { return 2; }

    @Override public void multiply(long a, long b, long c, long cStride, int depth, boolean add) {
        float c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0;
        for (int k = 0; k < depth; k++, a += 16, b += 8) {
            float b0 = ALL.get(JAVA_FLOAT_UNALIGNED, b), b1 = ALL.get(JAVA_FLOAT_UNALIGNED, b + 4);
            float a0 = ALL.get(JAVA_FLOAT_UNALIGNED, a);
            c00 += a0 * b0;
            c01 += a0 * b1;
            float a1 = ALL.get(JAVA_FLOAT_UNALIGNED, a + 4);
            c10 += a1 * b0;
            c11 += a1 * b1;
            float a2 = ALL.get(JAVA_FLOAT_UNALIGNED, a + 8);
            c20 += a2 * b0;
            c21 += a2 * b1;
            float a3 = ALL.get(JAVA_FLOAT_UNALIGNED, a + 12);
            c30 += a3 * b0;
            c31 += a3 * b1;
        }
        put(c + 0 * cStride, c00, c01, add);
        put(c + 1 * cStride, c10, c11, add);
        put(c + 2 * cStride, c20, c21, add);
        put(c + 3 * cStride, c30, c31, add);
    }

    private static void put(long c, float x, float y, boolean add) {
        ALL.set(JAVA_FLOAT_UNALIGNED, c, add ? ALL.get(JAVA_FLOAT_UNALIGNED, c) + x : x);
        ALL.set(JAVA_FLOAT_UNALIGNED, c + 4, add ? ALL.get(JAVA_FLOAT_UNALIGNED, c + 4) + y : y);
    }
}
