package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Reads the scales of GGUF's blocks, which most formats pack themselves.
public final class BlockScales {
    /// Groups of a block, at most.
    public static final int GROUPS = 16;

    /// Bytes of the factors of a block.
    public static final int FACTORS = 2 * GROUPS;

    private static final long TWOS = 0x0303030303030303L;
    private static final long FOURS = 0x0F0F0F0F0F0F0F0FL;
    private static final long SIXES = 0x3F3F3F3F3F3F3F3FL;

    private BlockScales() {}

    /// The half at an address.
    public static float half(long at) { return Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, at)); }

    /// Writes for each of `count` blocks what its groups' scales are as multiples of the block's, as 16 signed bytes,
    /// and the same for minima, as 16 more; zeros where there are none.
    public static void factors(BlockFormat format, long blocks, int count, long to) {
        int bytes = format.bytes();
        long at = Ram.bounded(blocks), end = at + (long) bytes * count;
        to = Ram.bounded(to);
        // Each case has its loop: what is decided once costs nothing.
        switch (format) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> {
                long minimum = format.hasMinimum() ? 0xFF : 0; // -1: it is added
                for (; at < end; at += bytes, to += FACTORS) put(to, 1, 0, minimum, 0);
            }
            case Q2_K -> {
                for (; at < end; at = Ram.bounded(at + bytes), to = Ram.bounded(to + FACTORS)) {
                    long a = eight(at), b = eight(at + 8);
                    put(to, a & FOURS, b & FOURS, a >>> 4 & FOURS, b >>> 4 & FOURS);
                }
            }
            case Q3_K -> {
                for (; at < end; at = Ram.bounded(at + bytes), to = Ram.bounded(to + FACTORS)) {
                    long low = eight(at + 96);
                    int high = four(at + 104);
                    put(to, signed(low & FOURS | (pair(high, high >>> 2) & TWOS) << 4),
                        signed(low >>> 4 & FOURS | (pair(high >>> 4, high >>> 6) & TWOS) << 4), 0, 0);
                }
            }
            case Q4_K, Q5_K -> {
                for (; at < end; at = Ram.bounded(at + bytes), to = Ram.bounded(to + FACTORS)) {
                    long first = eight(at + 4), tops = (first >>> 6 & TWOS) << 4;
                    int last = four(at + 12);
                    long more = pair(last, last >>> 4) & FOURS | tops;
                    first &= SIXES;
                    put(to, pair((int) first, (int) more), 0, pair((int) (first >>> 32), (int) (more >>> 32)), 0);
                }
            }
            case Q6_K -> {
                for (; at < end; at = Ram.bounded(at + bytes), to = Ram.bounded(to + FACTORS))
                    put(to, eight(at + 192), eight(at + 200), 0, 0);
            }
        }
    }

    private static void put(long to, long scales, long moreScales, long minima, long moreMinima) {
        ALL.set(JAVA_LONG_UNALIGNED, to, scales);
        ALL.set(JAVA_LONG_UNALIGNED, to + 8, moreScales);
        ALL.set(JAVA_LONG_UNALIGNED, to + 16, minima);
        ALL.set(JAVA_LONG_UNALIGNED, to + 24, moreMinima);
    }

    private static int four(long at) { return ALL.get(JAVA_INT_UNALIGNED, at); }

    private static long eight(long at) { return ALL.get(JAVA_LONG_UNALIGNED, at); }

    private static long pair(int low, int high) { return low & 0xFFFF_FFFFL | (long) high << 32; }

    /// 32 less in each of eight bytes below 64, with no borrow from one to the next.
    private static long signed(long bytes) {
        return ((bytes | 0x8080808080808080L) - 0x2020202020202020L) ^ 0x8080808080808080L;
    }
}
