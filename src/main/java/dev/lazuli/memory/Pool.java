package dev.lazuli.memory;

import dev.lazuli.event.Allocation;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.TreeMap;

/// Off-heap memory in buckets of similar size, under one limit.
///
/// Scratch goes back by `release`, at once. A buffer that a user holds is `keep`t: it comes back when nothing reaches
/// it any more. The Java collector does not see off-heap bytes, so the pool calls it: whenever users hold a quarter of
/// a gigabyte, or half, more than the least since the last time; when 8 MB came new from the system, unless the Java
/// heap is large; and once more before it refuses an allocation. A collection of a small heap takes milliseconds;
/// memory the system has not given before costs more.
public final class Pool {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final TreeMap<Long, ArrayDeque<Block>> FREE = new TreeMap<>();

    private static final long OFTEN = 256 << 20;
    private static final long FRESH = 8 << 20;

    private static long limit = Long.getLong("lazuli.memory", Machine.memory() / 4 * 3);
    private static long cacheLimit = limit / 4;
    private static long active;
    private static long cached;
    private static long peak;
    /// Bytes of users, and the least that they were since the collector was last called.
    private static long held;
    private static long least;
    private static long fresh;

    private Pool() {}

    /// Bytes of one bucket, in use or waiting.
    static final class Block {
        final Chunk chunk;
        final long size;
        private boolean free;

        Block(Chunk chunk, long size) {
            this.chunk = chunk;
            this.size = size;
        }
    }

    /// At least `bytes` bytes, aligned to 64, uninitialised. They are scratch until they are kept.
    ///
    /// @throws OutOfMemoryException if the limit does not allow them, naming `op`
    public static Buffer allocate(String op, long bytes) {
        long size = bucket(bytes);
        for (int attempt = 0; ; attempt++) {
            var block = take(size);
            if (block != null) return new Buffer(block.chunk.address(), bytes, block);
            if (attempt == 0) collect();
            else if (attempt > 200) throw new OutOfMemoryException(op, bytes, active(), limit());
            else pause();
        }
    }

    /// Hands bytes back before they are unreachable; whoever calls owns them.
    public static void release(Buffer buffer) {
        if (buffer.kept != null) buffer.kept.clean();
        else if (buffer.owner() instanceof Block block) free(block);
    }

    /// Lets the buffer live as long as something reaches it.
    public static Buffer keep(Buffer buffer) {
        if (!(buffer.owner() instanceof Block block) || buffer.kept != null) return buffer;
        buffer.kept = CLEANER.register(buffer, () -> drop(block));
        boolean due;
        synchronized (FREE) {
            held += block.size;
            due = held - least > Math.min(Math.max(OFTEN, least / 2), limit / 4)
                || fresh > FRESH && fresh > heap() / 4;
            if (due) {
                least = held;
                fresh = 0;
            }
        }
        if (due) collect();
        return buffer;
    }

    private static void drop(Block block) {
        synchronized (FREE) {
            held -= block.size;
            least = Math.min(least, held);
            free(block);
        }
    }

    private static Block take(long size) {
        synchronized (FREE) {
            if (active + size > limit) return null;
            var same = FREE.get(size);
            var block = same == null ? null : same.pollLast();
            if (block != null) cached -= size;
            else {
                if (active + cached + size > limit) trim(limit - active - size);
                block = new Block(fresh(size), size);
                fresh += size;
            }
            block.free = false;
            active += size;
            peak = Math.max(peak, active);
            return block;
        }
    }

    private static Chunk fresh(long size) {
        var event = new Allocation();
        event.begin();
        var chunk = Chunk.of(size);
        event.bytes = size;
        event.commit();
        return chunk;
    }

    private static void free(Block block) {
        synchronized (FREE) {
            if (block.free) return;
            block.free = true;
            active -= block.size;
            cached += block.size;
            FREE.computeIfAbsent(block.size, s -> new ArrayDeque<>()).addLast(block);
            if (cached > cacheLimit) trim(cacheLimit);
        }
    }

    // Largest first: they are the rarest, and the least work to get again.
    private static void trim(long to) {
        while (cached > to && !FREE.isEmpty()) {
            var last = FREE.lastEntry();
            var block = last.getValue().pollFirst();
            if (last.getValue().isEmpty()) FREE.remove(last.getKey());
            if (block == null) continue;
            cached -= block.size;
            block.chunk.close();
        }
    }

    // Four sizes an octave: at most a quarter is wasted, and few sizes exist.
    private static long bucket(long bytes) {
        if (bytes <= 64) return 64;
        long step = Math.max(64, Long.highestOneBit(bytes - 1) / 4);
        return (bytes + step - 1) / step * step;
    }

    /// Bytes of the Java heap in use, with which the time of a collection grows.
    private static long heap() { return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(); }

    private static void collect() {
        System.gc();
        pause();
    }

    private static void pause() {
        try {
            Thread.sleep(1); // the cleaner works on its own thread
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Bytes in use.
    public static long active() { synchronized (FREE) { return active; } }

    /// Bytes waiting to be used again.
    public static long cached() { synchronized (FREE) { return cached; } }

    /// The most that was ever in use, since the last reset.
    public static long peak() { synchronized (FREE) { return peak; } }

    public static void resetPeak() { synchronized (FREE) { peak = active; } }

    public static long limit() { synchronized (FREE) { return limit; } }

    public static void limit(long bytes) {
        synchronized (FREE) {
            limit = bytes;
            trim(Math.max(0, limit - active));
        }
    }

    public static long cacheLimit() { synchronized (FREE) { return cacheLimit; } }

    public static void cacheLimit(long bytes) {
        synchronized (FREE) {
            cacheLimit = bytes;
            trim(bytes);
        }
    }

    /// Gives everything that waits back to the system.
    public static void clearCache() { synchronized (FREE) { trim(0); } }
}
