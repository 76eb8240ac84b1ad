package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.memory.OutOfMemoryException;
import dev.lazuli.memory.Pool;
import org.junit.jupiter.api.Test;

/// Large scratch is the pool's: it counts, it is refused above the limit, and it goes back at once.
class ScratchTest {
    private static final long LARGE = 65 << 20;

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
}
