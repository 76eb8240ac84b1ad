package dev.lazuli.cpu.vector;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.lazuli.memory.Ram;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// How a finished tile, as wide as two vectors of floats, gets into the result.
final class FloatTile {
    private static final int LANES = Species.FLOAT.length();
    private static final long ROW = 8 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatTile() {}

    /// A vector that two branches meet in would be boxed, and so would one that waits while a bound is checked.
    static void put(long tile, long c, long cStride, int rows, int columns, boolean add) {
        int whole = columns / LANES * LANES;
        for (int i = 0; i < rows; i++, tile += ROW, c += cStride) {
            long from = Ram.bounded(tile), to = Ram.bounded(c);
            if (add) for (int j = 0; j < whole; j += LANES)
                FloatVector.fromMemorySegment(Species.FLOAT, ALL, from + 4 * Ram.index(j), ORDER)
                    .add(FloatVector.fromMemorySegment(Species.FLOAT, ALL, to + 4 * Ram.index(j), ORDER))
                    .intoMemorySegment(ALL, to + 4 * Ram.index(j), ORDER);
            else for (int j = 0; j < whole; j += LANES)
                FloatVector.fromMemorySegment(Species.FLOAT, ALL, from + 4 * Ram.index(j), ORDER)
                    .intoMemorySegment(ALL, to + 4 * Ram.index(j), ORDER);
            for (int j = whole; j < columns; j++) {
                float x = ALL.get(JAVA_FLOAT_UNALIGNED, tile + 4L * j);
                ALL.set(JAVA_FLOAT_UNALIGNED, c + 4L * j, add ? x + ALL.get(JAVA_FLOAT_UNALIGNED, c + 4L * j) : x);
            }
        }
    }
}
