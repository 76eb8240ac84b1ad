package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// The order in which a vector meets the fields of packed words, and what is left over beside whole vectors.
final class Planes {
    private static final int LANES = Species.FLOAT.length();

    private Planes() {}

    /// Writes for each vector of words as many planes as a word has fields: plane p holds what multiplies field p of
    /// each word, divided by what the field is too large there; the last field is shifted down and needs no division.
    /// The numbers left over follow as they are.
    static void write(int planes, long x, int depth, long to) {
        int block = planes * LANES, k = 0;
        for (; k <= depth - block; k += block, to += 4L * block) {
            float scale = 1;
            for (int p = 0; p < planes; p++, scale = p == planes - 1 ? 1 : scale / (1 << 32 / planes))
                plane(Ram.bounded(x + 4L * (k + p)), 4L * planes, scale, Ram.bounded(to + 4L * p * LANES));
        }
        for (; k < depth; k++, to += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, to, ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * k));
    }

    private static void plane(long x, long step, float scale, long to) {
        for (int lane = 0; lane < LANES; lane++)
            ALL.set(JAVA_FLOAT_UNALIGNED, to + 4 * Ram.index(lane),
                scale * ALL.get(JAVA_FLOAT_UNALIGNED, x + step * Ram.index(lane)));
    }

    /// Σ scale · q[k] · x[k] of the words from one on.
    static float tail(int bits, long words, long scales, int from, int depth, int group, long x) {
        int planes = 32 / bits, mask = (1 << bits) - 1;
        float sum = 0;
        for (int i = from; i < depth / planes; i++) {
            int w = ALL.get(JAVA_INT_UNALIGNED, words + 4L * i);
            float t = 0;
            for (int p = 0; p < planes; p++)
                t += (w >>> bits * p & mask) * ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (i * planes + p));
            sum += t * ALL.get(JAVA_FLOAT_UNALIGNED, scales + 4L * (i * planes / group));
        }
        return sum;
    }

    /// The numbers of a dot product from one on.
    static float tail(long a, long b, int from, int end) {
        float sum = 0;
        for (int i = from; i < end; i++)
            sum += ALL.get(JAVA_FLOAT_UNALIGNED, a + 4L * i) * ALL.get(JAVA_FLOAT_UNALIGNED, b + 4L * i);
        return sum;
    }
}
