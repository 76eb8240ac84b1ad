package dev.lazuli.cpu;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Copies the inside of a tile that hangs over the edge of a matrix; strides are in elements.
final class Edges {
    private Edges() {}

    static void move32(long from, int fromStride, int rows, int columns, long to, int toStride, boolean add) {
        for (int i = 0; i < rows; i++, from += 4L * fromStride, to += 4L * toStride)
            for (int j = 0; j < columns; j++) {
                float x = ALL.get(JAVA_FLOAT_UNALIGNED, from + 4L * j);
                ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * j, add ? ALL.get(JAVA_FLOAT_UNALIGNED, to + 4L * j) + x : x);
            }
    }

    static void move64(long from, int fromStride, int rows, int columns, long to, int toStride, boolean add) {
        for (int i = 0; i < rows; i++, from += 8L * fromStride, to += 8L * toStride)
            for (int j = 0; j < columns; j++) {
                double x = ALL.get(JAVA_DOUBLE_UNALIGNED, from + 8L * j);
                ALL.set(JAVA_DOUBLE_UNALIGNED, to + 8L * j, add ? ALL.get(JAVA_DOUBLE_UNALIGNED, to + 8L * j) + x : x);
            }
    }
}
