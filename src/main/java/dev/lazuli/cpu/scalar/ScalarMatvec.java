package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.MatvecKernel;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Dot products with four independent sums, which also shortens the rounding error's chain.
final class ScalarMatvec implements MatvecKernel {

    @Override public float dot(long line, long x, int depth) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int k = 0;
        for (; k <= depth - 4; k += 4, line += 16, x += 16) {
            s0 += get(line) * get(x);
            s1 += get(line + 4) * get(x + 4);
            s2 += get(line + 8) * get(x + 8);
            s3 += get(line + 12) * get(x + 12);
        }
        for (; k < depth; k++, line += 4, x += 4) s0 += get(line) * get(x);
        return s0 + s1 + (s2 + s3);
    }

    @Override public void tile(long lines, long step, long x, long xStep, int depth, long sums) {
        for (int i = 0; i < LINES; i++)
            for (int v = 0; v < LINES; v++, sums += 4)
                ALL.set(JAVA_FLOAT_UNALIGNED, sums, get(sums) + dot(lines + i * step, x + v * xStep, depth));
    }

    @Override public void halves(Dtype type, long lines, long step, long x, int depth, long sums) {
        for (int i = 0; i < LINES; i++) {
            float sum = 0;
            for (int k = 0; k < depth; k++) {
                short bits = ALL.get(JAVA_SHORT_UNALIGNED, lines + i * step + 2L * k);
                float w = type == Dtype.FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
                sum += w * get(x + 4L * k);
            }
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * i, sum);
        }
    }

    @Override public void add4(long lines, long lineBytes, float x0, float x1, float x2, float x3, int count,
                               long sums) {
        long l1 = lines + lineBytes, l2 = l1 + lineBytes, l3 = l2 + lineBytes;
        for (long j = 0; j < 4L * count; j += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + j, get(sums + j)
                + (x0 * get(lines + j) + x1 * get(l1 + j) + (x2 * get(l2 + j) + x3 * get(l3 + j))));
    }

    private static float get(long address) { return ALL.get(JAVA_FLOAT_UNALIGNED, address); }
}
