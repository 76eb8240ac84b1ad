package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// A vector as it meets the bytes of words: 16 numbers, the first four of which belong to the bytes of the first word.
final class Words {
    private Words() {}

    /// Writes four planes, `step` bytes apart, of what meets the same byte of each word. Where the bits that it meets
    /// lie, `up` above the lowest of their byte, they read too large, and it is divided by as much; but bits that end
    /// with the word are shifted down.
    static void write(long x, int up, int bits, long step, long to) {
        x = Ram.bounded(x);
        for (int b = 0; b < 4; b++) {
            int shift = 8 * b + up;
            float factor = shift + bits == 32 ? 1 : 1f / (1 << shift);
            long y = Ram.bounded(to + step * b);
            for (int i = 0; i < 4; i++)
                ALL.set(JAVA_FLOAT_UNALIGNED, y + 4 * i, factor * ALL.get(JAVA_FLOAT_UNALIGNED, x + 16 * i + 4 * b));
        }
    }

    /// The sum of so many numbers, a multiple of 16.
    static float sum(long x, int count) {
        var sum = FloatVector.zero(Species.FLOAT);
        x = Ram.bounded(x);
        for (int i = 0; i < count; i += Species.FLOAT.length())
            sum = sum.add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, x + 4 * Ram.index(i),
                ByteOrder.nativeOrder()));
        return sum.reduceLanes(ADD);
    }
}
