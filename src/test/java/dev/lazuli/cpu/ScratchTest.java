package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.memory.OutOfMemoryException;
import dev.lazuli.memory.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A stack of memory that stops growing. Large scratch is the pool's: it counts, it is refused above the limit, and it
/// goes back at once.
class ScratchTest {
    private static final int SMALL = 1 << 17;
    private static final long LARGE = 65 << 20;
    private static final int MB = 1 << 20;

    @Test void largeBlocksCount() {
        var scratch = Scratch.current();
        long small = scratch.take(100);
        long before = Pool.active();
        scratch.take(LARGE);
        assertTrue(Pool.active() - before >= LARGE);
        scratch.release(small);
        assertEquals(before, Pool.active());
    }

    @Test void whatIsTakenBelowOneThatStaysIsTheSameMemoryEveryTime() {
        var scratch = Scratch.current();
        long outer = scratch.take(SMALL);
        for (int size = SMALL; size <= 64 * SMALL; size *= 4) {
            long first = scratch.take(size);
            scratch.release(first);
            for (int i = 0; i < 10; i++) {
                long again = scratch.take(size);
                assertEquals(first, again);
                scratch.release(again);
            }
        }
        scratch.release(outer);
        long whole = scratch.take(64 * SMALL);
        scratch.release(whole);
        assertEquals(whole, scratch.take(64 * SMALL), "what grew stays");
        scratch.release(whole);
    }

    @Test void blocksNeverOverlap() {
        var random = new Random(1);
        var scratch = Scratch.current();
        var taken = new ArrayList<long[]>();
        for (int i = 0; i < 20_000; i++) {
            if (taken.isEmpty() || random.nextInt(5) < 3 && taken.size() < 40) {
                long size = random.nextInt(1000) == 0 ? LARGE : 1L << random.nextInt(23);
                long at = scratch.take(size);
                assertEquals(0, at % 64);
                for (var other : taken)
                    assertTrue(at + size <= other[0] || other[0] + other[1] <= at, "overlap");
                taken.add(new long[] {at, size});
            } else {
                int from = random.nextInt(taken.size());
                scratch.release(taken.get(from)[0]);
                while (taken.size() > from) taken.removeLast();
            }
        }
        if (!taken.isEmpty()) scratch.release(taken.getFirst()[0]);
    }

    @Test void theLimitHoldsForThem() {
        var scratch = Scratch.current();
        long limit = Pool.limit();
        long before = Pool.active();
        try {
            Pool.limit(before + LARGE / 2);
            var refused = assertThrows(OutOfMemoryException.class, () -> scratch.take(LARGE));
            assertTrue(refused.getMessage().startsWith("scratch of a kernel: 68,157,440 bytes"), refused.getMessage());
        } finally {
            Pool.limit(limit);
        }
        long after = Pool.active();
        assertTrue(after <= before, "nothing was taken, and the collector was asked");
        long again = scratch.take(LARGE);
        assertTrue(Pool.active() - after >= LARGE);
        scratch.release(again);
        assertEquals(after, Pool.active(), "the stack is as it was");
    }

    /// What a kernel takes in turn, and gives back in reverse order.
    private static List<Long> nested(long... sizes) {
        var scratch = Scratch.current();
        var taken = new ArrayList<Long>();
        for (long size : sizes) taken.add(scratch.take(size));
        for (long address : taken.reversed()) scratch.release(address);
        return taken;
    }

    private static void assertApart(List<Long> taken, long... sizes) {
        for (int i = 0; i < sizes.length; i++)
            for (int j = 0; j < i; j++)
                assertTrue(taken.get(i) + sizes[i] <= taken.get(j) || taken.get(j) + sizes[j] <= taken.get(i));
    }

    @Test void steadyStateAllocatesNothing() {
        long[] sizes = {4 * MB, MB / 2, 3 * MB, 100};
        for (int i = 0; i < 3; i++) nested(sizes);
        var first = nested(sizes);
        assertApart(first, sizes);
        assertEquals(first, nested(sizes));
    }

    @Test void aBlockIsUsedAgainWhileOthersAreInUse() {
        var scratch = Scratch.current();
        long below = scratch.take(32 * MB);
        long above = scratch.take(MB);
        scratch.release(above);
        assertEquals(above, scratch.take(MB));
        scratch.release(below);
    }

    @Test void blocksLargerThanAreKeptComeAndGo() {
        long[] sizes = {80 * MB, MB, 90 * MB};
        assertApart(nested(sizes), sizes);
        long[] after = {MB, 64 * MB};
        assertApart(nested(after), after);
    }
}
