package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Bits;
import dev.lazuli.memory.Ram;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// Random bits of keys, pairs of words in parallel: which thread makes them changes nothing.
public final class Threefry {
    private static final long GRAIN = 1 << 12;

    private final BitsKernel kernel;
    private final Operand keys;
    private final Operand out;
    /// Bytes and words of one key, and the distance between the two words of a pair: the number of pairs.
    private final long bytes;
    private final long words;
    private final long pairs;
    /// Pairs of two whole words; what follows is a word alone, or one that is cut off.
    private final long whole;

    private Threefry(BitsKernel kernel, Operand keys, Operand out, long count) {
        this.kernel = kernel;
        this.keys = keys;
        this.out = out;
        bytes = out.shape().size() / count * out.dtype().bytes();
        words = (bytes + 3) / 4;
        pairs = (words + 1) / 2;
        whole = Math.max(0, words / 2 - (bytes % 4 == 0 ? 0 : 1));
    }

    /// out = the bits of each key, as [Bits] defines them.
    ///
    /// @param keys (…, 2) `uint32`
    /// @param out (…, shape of one key's bits), row-major
    public static void run(BitsKernel kernel, Operand keys, Operand out) {
        if (out.shape().size() == 0) return;
        long count = Strides.count(keys, keys.rank() - 1);
        var all = new Threefry(kernel, keys, out, count);
        Workers.forRange(count * all.pairs, GRAIN, all::range);
    }

    // Pairs are counted through all keys.
    private void range(long from, long to) {
        while (from < to) {
            long key = from / pairs;
            long first = from % pairs;
            long last = Math.min(pairs, first + to - from);
            fill(key, first, last);
            from += last - first;
        }
    }

    private void fill(long key, long from, long to) {
        long at = Strides.address(keys, keys.rank() - 1, key);
        int key0 = Ram.ALL.get(JAVA_INT_UNALIGNED, at);
        int key1 = Ram.ALL.get(JAVA_INT_UNALIGNED, at + 4 * keys.stride(-1));
        long start = out.address() + key * bytes;
        long i = from;
        for (long end = Math.min(to, whole); i < end; ) {
            int n = (int) Math.min(end - i, 1 << 30);
            kernel.run(key0, key1, (int) i, (int) (pairs + i), n, start + 4 * i, start + 4 * (pairs + i));
            i += n;
        }
        for (; i < to; i++) {
            boolean alone = pairs + i >= words;
            long hash = Bits.hash(key0, key1, (int) i, alone ? 0 : (int) (pairs + i));
            put(start, i, (int) (hash >>> 32));
            if (!alone) put(start, pairs + i, (int) hash);
        }
    }

    private void put(long start, long word, int value) {
        for (long b = 4 * word; b < Math.min(bytes, 4 * word + 4); b++, value >>>= 8)
            Ram.ALL.set(JAVA_BYTE, start + b, (byte) value);
    }
}
