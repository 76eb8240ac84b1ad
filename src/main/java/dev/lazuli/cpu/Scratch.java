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
    /// A block taken off the stack while others below it were in use: the next overflow finds it.
    private @Nullable Block spare;
    private long[] operands = new long[8];
    private int[] ints = new int[8];

    private Scratch() { blocks.add(new Block(SMALLEST)); }

    /// The scratch memory of the calling thread.
    static Scratch current() { return CURRENT.get(); }

    /// An array of at least so many numbers, the same at every call.
    long[] operands(int count) {
        if (operands.length < count) operands = new long[2 * count];
        return operands;
    }

    /// An array of at least so many ints, the same at every call.
    int[] ints(int count) {
        if (ints.length < count) ints = new int[count + count / 4];
        return ints;
    }

    /// The address of so many bytes, aligned to 64, with any content.
    long take(long bytes) {
        long size = Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) & -ALIGNMENT);
        var top = blocks.getLast();
        if (top.used + size > top.size) {
            top = block(size, top.size);
            blocks.add(top);
        }
        top.used += size;
        return top.start + top.used - size;
    }

    private Block block(long size, long below) {
        var found = spare;
        if (found == null || found.size < size)
            return new Block(size > LARGEST_KEPT / 2 ? size : Math.max(size, 2 * below));
        spare = null;
        return found;
    }

    /// Gives back what `take` returned and all that was taken after it.
    void release(long address) {
        var top = blocks.getLast();
        while (address < top.start || address >= top.start + top.size) {
            retire(blocks.removeLast());
            top = blocks.getLast();
        }
        top.used = address - top.start;
        if (top.used == 0 && blocks.size() > 1) {
            retire(blocks.removeLast());
            top = blocks.getLast();
        }
        if (top.used == 0 && blocks.size() == 1) rest(top);
    }

    private void retire(Block block) {
        block.used = 0;
        if (block.size > LARGEST_KEPT) block.close();
        else if (spare == null || spare.size < block.size) spare = block;
    }

    /// Nothing is in use: the largest block that is kept becomes the lowest, so that next time it may hold everything.
    private void rest(Block bottom) {
        if (bottom.size > LARGEST_KEPT) {
            blocks.set(0, spare == null ? new Block(SMALLEST) : spare);
            bottom.close();
            spare = null;
        } else if (spare != null && spare.size > bottom.size) {
            blocks.set(0, spare);
            spare = null;
        }
    }
}
