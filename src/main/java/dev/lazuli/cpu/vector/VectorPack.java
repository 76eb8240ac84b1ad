package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.PackKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Transposes without vectors, but two numbers to a load and to a store.
final class VectorPack implements PackKernel {
    /// Two lines at a time meet in 64-bit stores.
    @Override public void transpose(long from, long lineBytes, int lines, int depth, int stride, long to) {
        int j = 0;
        for (; j <= lines - 2; j += 2) {
            long p = from + j * lineBytes, q = p + lineBytes, t = to + 4L * j;
            int k = 0;
            for (; k <= depth - 2; k += 2, p += 8, q += 8, t += 8L * stride) {
                long x = ALL.get(JAVA_LONG_UNALIGNED, p), y = ALL.get(JAVA_LONG_UNALIGNED, q);
                ALL.set(JAVA_LONG_UNALIGNED, t, x & 0xFFFFFFFFL | y << 32);
                ALL.set(JAVA_LONG_UNALIGNED, t + 4L * stride, x >>> 32 | y & 0xFFFFFFFF00000000L);
            }
            if (k < depth) {
                ALL.set(JAVA_INT_UNALIGNED, t, ALL.get(JAVA_INT_UNALIGNED, p));
                ALL.set(JAVA_INT_UNALIGNED, t + 4, ALL.get(JAVA_INT_UNALIGNED, q));
            }
        }
        if (j < lines)
            for (int k = 0; k < depth; k++)
                ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + j),
                    ALL.get(JAVA_INT_UNALIGNED, from + j * lineBytes + 4L * k));
        for (int k = 0; k < depth && lines < stride; k++)
            for (int z = lines; z < stride; z++) ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + z), 0);
    }
}
