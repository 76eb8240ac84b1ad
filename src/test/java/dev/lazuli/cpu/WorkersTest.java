package dev.lazuli.cpu;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.*;

@Timeout(60)
class WorkersTest {

    @Test void everyIndexRunsOnceInChunksOfWholeGrains() {
        for (int n : new int[] {0, 1, 2, 7, 64, 65, 1000, 4097})
            for (int grain : new int[] {1, 3, 64, 5000}) {
                var seen = new AtomicIntegerArray(n);
                Workers.forRange(n, grain, (from, to) -> {
                    assertEquals(0, from % grain);
                    assertTrue(from < to && to <= n);
                    for (long i = from; i < to; i++) seen.incrementAndGet((int) i);
                });
                for (int i = 0; i < n; i++) assertEquals(1, seen.get(i), "index " + i + " of " + n);
            }
    }

    @Test void oneGrainRunsInlineAtOnce() {
        var calls = new AtomicInteger();
        var caller = Thread.currentThread();
        Workers.forRange(100, 100, (from, to) -> {
            assertSame(caller, Thread.currentThread());
            assertEquals(100, to - from);
            calls.incrementAndGet();
        });
        assertEquals(1, calls.get());
    }

    @Test void nestedRangesFinish() {
        var sum = new AtomicLong();
        Workers.forRange(64, 1, (from, to) -> {
            for (long i = from; i < to; i++)
                Workers.forRange(100, 1, (f, t) -> sum.addAndGet(t - f));
        });
        assertEquals(6400, sum.get());
    }

    @Test void callersOnManyThreadsFinish() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        var sum = new AtomicLong();
        for (int t = 0; t < 16; t++) {
            Runnable work = () -> {
                for (int i = 0; i < 500; i++) Workers.forRange(50, 1, (from, to) -> sum.addAndGet(to - from));
            };
            threads.add(t % 2 == 0 ? Thread.ofPlatform().start(work) : Thread.ofVirtual().start(work));
        }
        for (var thread : threads) thread.join();
        assertEquals(16 * 500 * 50, sum.get());
    }

    @Test void anExceptionReachesTheCallerAndTheWorkersLiveOn() {
        for (int bad = 0; bad < 64; bad += 9) {
            int which = bad;
            var e = assertThrows(IllegalStateException.class, () -> Workers.forRange(64, 1, (from, to) -> {
                if (from <= which && which < to) throw new IllegalStateException("chunk of " + which);
            }));
            assertEquals("chunk of " + which, e.getMessage());
        }
        assertThrows(StackOverflowError.class, () -> Workers.forRange(64, 1, (from, to) -> {
            throw new StackOverflowError();
        }));
        everyIndexRunsOnceInChunksOfWholeGrains();
    }

    @Test void anInterruptIsKept() {
        Thread.currentThread().interrupt();
        Workers.forRange(1000, 1, (from, to) -> Thread.onSpinWait());
        assertTrue(Thread.interrupted());
    }
}
