package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// A vector as it meets the fields of packed words.
final class Planes {
    private static final int LANES = Species.FLOAT.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

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

    /// Writes the sum of each group, and zeros up to a whole vector.
    static void sums(int group, long x, int depth, long to) {
        for (int g = 0; g < depth / group; g++, to += 4) {
            long at = Ram.bounded(x + 4L * g * group);
            var sum = FloatVector.zero(Species.FLOAT);
            for (int k = 0; k < group; k += LANES)
                sum = sum.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, at + 4 * Ram.index(k), ORDER));
            ALL.set(JAVA_FLOAT_UNALIGNED, to, sum.reduceLanes(ADD));
        }
        for (int g = depth / group; g % LANES != 0; g++, to += 4) ALL.set(JAVA_FLOAT_UNALIGNED, to, 0);
    }
}
