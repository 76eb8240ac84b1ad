package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A thread's memory for what a kernel needs while it runs, taken and given back like a stack.
///
/// It grows to what the largest kernel took and then stays, so kernels in steady state allocate nothing; blocks above
/// 64 MB are the pool's, count in its limit, and go back at once.
final class Scratch {
    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);
    private static final long ALIGNMENT = 64;
    private static final long SMALLEST = 1 << 18;
    private static final long LARGEST_KEPT = 64 << 20;

    private static final class Block {
        final Buffer memory;
        final long start;
        final long size;
        long used;

        Block(long size) {
            memory = size > LARGEST_KEPT ? Pool.allocate("scratch of a kernel", size)
                : Buffer.of(Arena.ofAuto().allocate(size, ALIGNMENT));
            start = memory.address();
            this.size = size;
        }

        void close() { Pool.release(memory); }
    }

    private final List<Block> blocks = new ArrayList<>();

    private Scratch() { blocks.add(new Block(SMALLEST)); }

    /// The scratch memory of the calling thread.
    static Scratch current() { return CURRENT.get(); }

    /// The address of so many bytes, aligned to 64, with any content.
    long take(long bytes) {
        long size = Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) & -ALIGNMENT);
        var top = blocks.getLast();
        if (top.used + size > top.size) {
            var next = new Block(size > LARGEST_KEPT / 2 ? size : Math.max(size, 2 * top.size));
            if (top.used == 0) blocks.removeLast().close();
            blocks.add(next);
            top = next;
        }
        top.used += size;
        return top.start + top.used - size;
    }

    /// Gives back what `take` returned and all that was taken after it.
    void release(long address) {
        Block spare = null;
        var top = blocks.getLast();
        for (; address < top.start || address >= top.start + top.size; top = blocks.getLast())
            spare = larger(blocks.removeLast(), spare);
        top.used = address - top.start;
        if (top.used == 0) spare = larger(blocks.removeLast(), spare);
        if (spare == null) return;
        // An empty block stays on top, lest every call below one that holds memory make one of its own.
        spare.used = 0;
        if (spare.size <= LARGEST_KEPT) blocks.add(spare);
        else {
            spare.close();
            if (blocks.isEmpty()) blocks.add(new Block(SMALLEST));
        }
    }

    private static Block larger(Block a, @Nullable Block b) {
        if (b == null) return a;
        var smaller = a.size < b.size ? a : b;
        smaller.close();
        return smaller == a ? b : a;
    }
}
