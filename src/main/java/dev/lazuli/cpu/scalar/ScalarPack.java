package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.PackKernel;

import java.lang.foreign.MemorySegment;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// Moves one number at a time.
final class ScalarPack implements PackKernel {

    @Override public void transpose(long from, long lineBytes, int lines, int depth, int stride, long to) {
        for (int j = 0; j < lines; j++)
            for (int k = 0; k < depth; k++)
                ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + j),
                    ALL.get(JAVA_INT_UNALIGNED, from + j * lineBytes + 4L * k));
        for (int k = 0; k < depth; k++)
            for (int j = lines; j < stride; j++) ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + j), 0);
    }

    @Override public void copy(long from, long depthBytes, int lines, int depth, int stride, long to) {
        for (int k = 0; k < depth; k++, from += depthBytes, to += 4L * stride) {
            MemorySegment.copy(ALL, from, ALL, to, 4L * lines);
            for (int j = lines; j < stride; j++) ALL.set(JAVA_INT_UNALIGNED, to + 4L * j, 0);
        }
    }
}
