package dev.lazuli.cpu;

import dev.lazuli.type.BlockFormat;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Reads the scales of GGUF's blocks, which most formats pack themselves.
public final class BlockScales {
    /// Groups of a block, at most.
    public static final int GROUPS = 16;

    private static final long LOW_FOUR = 0x0F0F0F0F0F0F0F0FL;
    private static final int FOUR = (int) LOW_FOUR;
    private static final int SIX = 0x3F3F3F3F;
    private static final int TWO = 0x03030303;

    private BlockScales() {}

    /// The half at an address.
    public static float half(long at) { return Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, at)); }

    /// Writes the factors by which the groups' scales are the block's, as 16 signed bytes, and the same for minima, as
    /// 16 more; zeros where there are none.
    public static void factors(BlockFormat format, long block, long to) {
        switch (format) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> put(to, 1, 0, format.hasMinimum() ? -1 & 0xFF : 0, 0);
            case Q2_K -> {
                long a = eight(block), b = eight(block + 8);
                put(to, a & LOW_FOUR, b & LOW_FOUR, a >>> 4 & LOW_FOUR, b >>> 4 & LOW_FOUR);
            }
            case Q3_K -> {
                int a = four(block + 96), b = four(block + 100), high = four(block + 104);
                put(to, pair(signed(a & FOUR | (high & TWO) << 4), signed(b & FOUR | (high >>> 2 & TWO) << 4)),
                    pair(signed(a >>> 4 & FOUR | (high >>> 4 & TWO) << 4), signed(b >>> 4 & FOUR | (high >>> 6 & TWO) << 4)),
                    0, 0);
            }
            case Q4_K, Q5_K -> {
                int a = four(block + 4), b = four(block + 8), c = four(block + 12);
                put(to, pair(a & SIX, c & FOUR | (a >>> 6 & TWO) << 4), 0,
                    pair(b & SIX, c >>> 4 & FOUR | (b >>> 6 & TWO) << 4), 0);
            }
            case Q6_K -> put(to, eight(block + 192), eight(block + 200), 0, 0);
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

    /// 32 less in each of four bytes below 64, with no borrow from one to the next.
    private static int signed(int bytes) { return ((bytes | 0x80808080) - 0x20202020) ^ 0x80808080; }
}
