package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.GemmKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A tile of 4 rows by 2 columns in `float`: its sums stay in registers.
final class FloatGemm implements GemmKernel {

    @Override public int rows() { return 4; }

    @Override public int columns() { return 2; }

    @Override public void multiply(long a, long b, int depth, long tile) {
        float c00 = 0, c01 = 0, c10 = 0, c11 = 0, c20 = 0, c21 = 0, c30 = 0, c31 = 0;
        for (int k = 0; k < depth; k++, a += 16, b += 8) {
            float b0 = get(b), b1 = get(b + 4);
            float a0 = get(a);
            c00 += a0 * b0;
            c01 += a0 * b1;
            float a1 = get(a + 4);
            c10 += a1 * b0;
            c11 += a1 * b1;
            float a2 = get(a + 8);
            c20 += a2 * b0;
            c21 += a2 * b1;
            float a3 = get(a + 12);
            c30 += a3 * b0;
            c31 += a3 * b1;
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, tile, c00);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 4, c01);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 8, c10);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 12, c11);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 16, c20);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 20, c21);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 24, c30);
        ALL.set(JAVA_FLOAT_UNALIGNED, tile + 28, c31);
    }

    @Override public void put(long tile, long c, long cStride, int rows, int columns, boolean add) {
        for (int i = 0; i < rows; i++, tile += 8, c += cStride)
            for (int j = 0; j < columns; j++) {
                float x = get(tile + 4L * j);
                ALL.set(JAVA_FLOAT_UNALIGNED, c + 4L * j, add ? x + get(c + 4L * j) : x);
            }
    }

    private static float get(long address) { return ALL.get(JAVA_FLOAT_UNALIGNED, address); }
}
