package dev.lazuli.cpu.vector;

import static dev.lazuli.cpu.vector.VectorFourier.NUMBER;
import static dev.lazuli.cpu.vector.VectorFourier.PART;
import static dev.lazuli.memory.Ram.ALL;

import dev.lazuli.cpu.PackKernel;
import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Bundles to rows. With 16 lanes, 8 numbers of 8 transforms are turned in registers; with fewer, as other matrices.
final class Transposer {
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final PackKernel PACK = new VectorPack();
    private static final boolean WIDE = I.length() == 16;

    /// Real and imaginary parts of the first 8 and of the last 8 lanes, in turns.
    private static final IntVector FRONT = pick(i -> i / 2 + i % 2 * 16), BACK = pick(i -> 8 + i / 2 + i % 2 * 16);
    /// Complex numbers of two vectors: the even and the odd ones in turns; halves of quarters; halves.
    private static final IntVector EVEN = pairs(0, 8, 2, 10, 4, 12, 6, 14), ODD = pairs(1, 9, 3, 11, 5, 13, 7, 15);
    private static final IntVector FIRST = pairs(0, 1, 8, 9, 4, 5, 12, 13), SECOND = pairs(2, 3, 10, 11, 6, 7, 14, 15);
    private static final IntVector LOWER = pairs(0, 1, 2, 3, 8, 9, 10, 11), UPPER = pairs(4, 5, 6, 7, 12, 13, 14, 15);

    private Transposer() {}

    private interface Lane { int of(int i); }

    private static IntVector pick(Lane lane) {
        var lanes = new int[I.length()];
        for (int i = 0; i < lanes.length; i++) lanes[i] = lane.of(i);
        return IntVector.fromArray(I, lanes, 0);
    }

    private static IntVector pairs(int... complex) { return pick(i -> 2 * complex[i / 2] + i % 2); }

    static void rows(long x, int n, long y, long step) {
        if (!WIDE) {
            PACK.transpose(x, PART, 2 * n, PART / 4, (int) (step / 4), y);
            return;
        }
        eights(x, n, FRONT, y, step);
        eights(x, n, BACK, y + 8 * step, step);
        for (int k = n & -8; k < n; k++)
            for (int j = 0; j < 16; j++) {
                long from = x + NUMBER * k + 4 * j, to = y + step * j + 8L * k;
                ALL.set(FLOAT, to, ALL.get(FLOAT, from));
                ALL.set(FLOAT, to + 4, ALL.get(FLOAT, from + PART));
            }
    }

    private static void eights(long x, int n, IntVector half, long y, long step) {
        long at = x, to = y;
        for (int k = 0; k < (n & -8); k += 8) {
            long x0 = Ram.bounded(at);
            long x1 = Ram.bounded(at + 1 * NUMBER);
            long x2 = Ram.bounded(at + 2 * NUMBER);
            long x3 = Ram.bounded(at + 3 * NUMBER);
            long x4 = Ram.bounded(at + 4 * NUMBER);
            long x5 = Ram.bounded(at + 5 * NUMBER);
            long x6 = Ram.bounded(at + 6 * NUMBER);
            long x7 = Ram.bounded(at + 7 * NUMBER);
            var r0 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x0, ORDER),
                IntVector.fromMemorySegment(I, ALL, x0 + PART, ORDER));
            var r1 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x1, ORDER),
                IntVector.fromMemorySegment(I, ALL, x1 + PART, ORDER));
            var r2 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x2, ORDER),
                IntVector.fromMemorySegment(I, ALL, x2 + PART, ORDER));
            var r3 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x3, ORDER),
                IntVector.fromMemorySegment(I, ALL, x3 + PART, ORDER));
            var r4 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x4, ORDER),
                IntVector.fromMemorySegment(I, ALL, x4 + PART, ORDER));
            var r5 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x5, ORDER),
                IntVector.fromMemorySegment(I, ALL, x5 + PART, ORDER));
            var r6 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x6, ORDER),
                IntVector.fromMemorySegment(I, ALL, x6 + PART, ORDER));
            var r7 = half.selectFrom(IntVector.fromMemorySegment(I, ALL, x7, ORDER),
                IntVector.fromMemorySegment(I, ALL, x7 + PART, ORDER));
            var e0 = EVEN.selectFrom(r0, r1);
            var o0 = ODD.selectFrom(r0, r1);
            var e2 = EVEN.selectFrom(r2, r3);
            var o2 = ODD.selectFrom(r2, r3);
            var e4 = EVEN.selectFrom(r4, r5);
            var o4 = ODD.selectFrom(r4, r5);
            var e6 = EVEN.selectFrom(r6, r7);
            var o6 = ODD.selectFrom(r6, r7);
            var el0 = FIRST.selectFrom(e0, e2);
            var eh0 = SECOND.selectFrom(e0, e2);
            var ol0 = FIRST.selectFrom(o0, o2);
            var oh0 = SECOND.selectFrom(o0, o2);
            var el4 = FIRST.selectFrom(e4, e6);
            var eh4 = SECOND.selectFrom(e4, e6);
            var ol4 = FIRST.selectFrom(o4, o6);
            var oh4 = SECOND.selectFrom(o4, o6);
            LOWER.selectFrom(el0, el4).intoMemorySegment(ALL, Ram.bounded(to), ORDER);
            LOWER.selectFrom(ol0, ol4).intoMemorySegment(ALL, Ram.bounded(to + step), ORDER);
            LOWER.selectFrom(eh0, eh4).intoMemorySegment(ALL, Ram.bounded(to + 2 * step), ORDER);
            LOWER.selectFrom(oh0, oh4).intoMemorySegment(ALL, Ram.bounded(to + 3 * step), ORDER);
            UPPER.selectFrom(el0, el4).intoMemorySegment(ALL, Ram.bounded(to + 4 * step), ORDER);
            UPPER.selectFrom(ol0, ol4).intoMemorySegment(ALL, Ram.bounded(to + 5 * step), ORDER);
            UPPER.selectFrom(eh0, eh4).intoMemorySegment(ALL, Ram.bounded(to + 6 * step), ORDER);
            UPPER.selectFrom(oh0, oh4).intoMemorySegment(ALL, Ram.bounded(to + 7 * step), ORDER);
            at += 8 * NUMBER;
            to += 64;
        }
    }
}
