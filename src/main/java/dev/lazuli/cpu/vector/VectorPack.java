package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.PackKernel;
import dev.lazuli.memory.Ram;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Transposes without vectors, but two numbers to a load and to a store; copies with vectors.
final class VectorPack implements PackKernel {
    private static final int LANES = Species.INT.length();
    private static final VectorSpecies<Integer> QUAD = IntVector.SPECIES_128;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

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

    @Override public void copy(long from, long depthBytes, int lines, int depth, int stride, long to) {
        from = Ram.bounded(from);
        to = Ram.bounded(to);
        if (lines == stride && stride % LANES == 0) wide(from, depthBytes, depth, stride, to);
        else if (lines == stride && stride % 4 == 0) quads(from, depthBytes, depth, stride, to);
        else
            for (int k = 0; k < depth; k++, from += depthBytes, to += 4L * stride)
                for (int j = 0; j < stride; j++)
                    ALL.set(JAVA_INT_UNALIGNED, to + 4L * j, j < lines ? ALL.get(JAVA_INT_UNALIGNED, from + 4L * j)
                        : 0);
    }

    private static void wide(long from, long depthBytes, int depth, int stride, long to) {
        for (int k = 0; k < depth; k++)
            for (int j = 0; j < stride; j += LANES)
                IntVector.fromMemorySegment(Species.INT, ALL, from + depthBytes * Ram.index(k) + 4 * Ram.index(j),
                    ORDER)
                    .intoMemorySegment(ALL, to + 4L * stride * Ram.index(k) + 4 * Ram.index(j), ORDER);
    }

    private static void quads(long from, long depthBytes, int depth, int stride, long to) {
        for (int k = 0; k < depth; k++)
            for (int j = 0; j < stride; j += 4)
                IntVector.fromMemorySegment(QUAD, ALL, from + depthBytes * Ram.index(k) + 4 * Ram.index(j), ORDER)
                    .intoMemorySegment(ALL, to + 4L * stride * Ram.index(k) + 4 * Ram.index(j), ORDER);
    }
}
