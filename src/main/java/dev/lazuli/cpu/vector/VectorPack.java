package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.PackKernel;
import dev.lazuli.memory.Ram;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Transposes and copies with vectors.
final class VectorPack implements PackKernel {
    private static final int LANES = Species.INT.length();
    /// Four numbers, as halves: with two shapes of `IntVector` in a process, whole ones are boxed as `VectorCode` says.
    private static final VectorSpecies<Short> QUAD = ShortVector.SPECIES_128;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// Picks from two vectors of four: the lower or upper halves, alternating; the first or last two of each.
    private static final ShortVector LOW = pick(0, 4, 1, 5);
    private static final ShortVector HIGH = pick(2, 6, 3, 7);
    private static final ShortVector FIRST = pick(0, 1, 4, 5);
    private static final ShortVector LAST = pick(2, 3, 6, 7);

    private static ShortVector pick(int... numbers) {
        var halves = new short[8];
        for (int i = 0; i < 8; i++) halves[i] = (short) (2 * numbers[i / 2] + i % 2);
        return ShortVector.fromArray(QUAD, halves, 0);
    }

    /// Four lines at a time are transposed four by four, then two meet in 64-bit stores.
    @Override public void transpose(long from, long lineBytes, int lines, int depth, int stride, long to) {
        int j = 0;
        for (; j <= lines - 4; j += 4) quads(from + j * lineBytes, lineBytes, depth, stride, to + 4L * j);
        for (; j <= lines - 2; j += 2) pairs(from + j * lineBytes, lineBytes, 0, depth, stride, to + 4L * j);
        if (j < lines)
            for (int k = 0; k < depth; k++)
                ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + j),
                    ALL.get(JAVA_INT_UNALIGNED, from + j * lineBytes + 4L * k));
        for (int k = 0; k < depth && lines < stride; k++)
            for (int z = lines; z < stride; z++) ALL.set(JAVA_INT_UNALIGNED, to + 4L * (k * stride + z), 0);
    }

    private static void quads(long from, long lineBytes, int depth, int stride, long to) {
        long p0 = Ram.bounded(from), p1 = Ram.bounded(from + lineBytes), p2 = Ram.bounded(from + 2 * lineBytes),
            p3 = Ram.bounded(from + 3 * lineBytes), t = Ram.bounded(to), step = 4L * stride;
        int end = depth & -4;
        for (int k = 0; k < end; k += 4) {
            long at = 4 * Ram.index(k), out = t + step * Ram.index(k);
            var a = ShortVector.fromMemorySegment(QUAD, ALL, p0 + at, ORDER);
            var b = ShortVector.fromMemorySegment(QUAD, ALL, p1 + at, ORDER);
            var c = ShortVector.fromMemorySegment(QUAD, ALL, p2 + at, ORDER);
            var d = ShortVector.fromMemorySegment(QUAD, ALL, p3 + at, ORDER);
            var ab = LOW.selectFrom(a, b);
            var cd = LOW.selectFrom(c, d);
            FIRST.selectFrom(ab, cd).intoMemorySegment(ALL, out, ORDER);
            LAST.selectFrom(ab, cd).intoMemorySegment(ALL, out + step, ORDER);
            ab = HIGH.selectFrom(a, b);
            cd = HIGH.selectFrom(c, d);
            FIRST.selectFrom(ab, cd).intoMemorySegment(ALL, out + 2 * step, ORDER);
            LAST.selectFrom(ab, cd).intoMemorySegment(ALL, out + 3 * step, ORDER);
        }
        pairs(from, lineBytes, end, depth, stride, to);
        pairs(from + 2 * lineBytes, lineBytes, end, depth, stride, to + 8);
    }

    private static void pairs(long from, long lineBytes, int k, int depth, int stride, long to) {
        long p = from + 4L * k, q = p + lineBytes, t = to + 4L * k * stride;
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

    @Override public void copy(long from, long depthBytes, int lines, int depth, int stride, long to) {
        from = Ram.bounded(from);
        to = Ram.bounded(to);
        if (lines == stride && stride % LANES == 0) wide(from, depthBytes, depth, stride, to);
        else if (lines == stride && stride < LANES && depthBytes >= 4 * (LANES - stride))
            narrow(from, depthBytes, depth, stride, to);
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

    /// Whole vectors, of which the next depth overwrites what is too much; the last is copied number by number.
    private static void narrow(long from, long depthBytes, int depth, int stride, long to) {
        for (int k = 0; k < depth - 1; k++)
            IntVector.fromMemorySegment(Species.INT, ALL, from + depthBytes * Ram.index(k), ORDER)
                .intoMemorySegment(ALL, to + 4L * stride * Ram.index(k), ORDER);
        from += depthBytes * (depth - 1);
        to += 4L * stride * (depth - 1);
        for (int j = 0; j < stride; j++)
            ALL.set(JAVA_INT_UNALIGNED, to + 4L * j, ALL.get(JAVA_INT_UNALIGNED, from + 4L * j));
    }
}
