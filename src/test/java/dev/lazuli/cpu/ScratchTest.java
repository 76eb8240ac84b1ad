package dev.lazuli.cpu;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.*;

/// A stack of memory that stops growing.
class ScratchTest {
    private static final int SMALL = 1 << 17;

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
                long size = random.nextInt(1000) == 0 ? 100L << 20 : 1L << random.nextInt(23);
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
}
