package dev.lazuli.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Shuffles that repeat the first lanes of a vector: each for so many lanes, the scale of a group for all its words.
final class Spread {
    static final VectorShuffle<Float> BY_4 = by(4);
    private static final VectorShuffle<Float> BY_2 = by(2);
    private static final VectorShuffle<Float> BY_8 = by(8);
    private static final int LANES = Species.FLOAT.length();

    private Spread() {}

    private static VectorShuffle<Float> by(int lanes) {
        return VectorShuffle.fromOp(Species.FLOAT, lane -> lane / lanes);
    }

    /// Writes each of the numbers 1, 2, 4 or 8 times; a vector beyond the last is read.
    static void repeat(long from, int count, int times, long to) {
        var spread = times == 8 ? BY_8 : times == 4 ? BY_4 : times == 2 ? BY_2 : by(1);
        int end = count * times, shift = Integer.numberOfTrailingZeros(times), i = 0;
        for (; i <= end - LANES; i += LANES)
            FloatVector.fromMemorySegment(Species.FLOAT, ALL, from + 4L * (i >> shift), ByteOrder.nativeOrder())
                .rearrange(spread).intoMemorySegment(ALL, to + 4L * i, ByteOrder.nativeOrder());
        for (; i < end; i++)
            ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * i, ALL.get(JAVA_FLOAT_UNALIGNED, from + 4L * (i >> shift)));
    }
}
