package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.memory.OutOfMemoryException;
import dev.lazuli.memory.Pool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Large scratch is the pool's: it counts, it is refused above the limit, and it goes back at once.
class ScratchTest {
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
