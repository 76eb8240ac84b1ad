package dev.lazuli.cpu;

import dev.lazuli.type.BlockFormat;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Reads the scales of one of GGUF's blocks.
public final class BlockScales {
    /// Groups of a block, at most.
    public static final int MOST = 16;

    private static final int LOW_SIX = 0x3F3F3F3F;
    private static final int LOW_FOUR = 0x0F0F0F0F;
    private static final int LOW_TWO = 0x03030303;

    private BlockScales() {}

    /// The half at an address.
    public static float half(long at) { return Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, at)); }

    /// Writes the scale of each group of a block; then, in formats that have some, what is subtracted from the groups'
    /// elements, 16 numbers further.
    public static void write(BlockFormat format, long block, long to) {
        switch (format) {
            case Q4_0, Q5_0, Q8_0 -> put(to, 0, half(block));
            case Q4_1, Q5_1 -> {
                put(to, 0, half(block));
                put(to, MOST, -half(block + 2));
            }
            case Q2_K -> {
                float scale = half(block + 80), minimum = half(block + 82);
                for (int i = 0; i < 16; i++) {
                    int both = ALL.get(JAVA_BYTE, block + i);
                    put(to, i, scale * (both & 15));
                    put(to, MOST + i, minimum * (both >> 4 & 15));
                }
            }
            case Q3_K -> {
                float scale = half(block + 108);
                int low = word(block + 96), more = word(block + 100), high = word(block + 104);
                three(to, 0, scale, low & LOW_FOUR | (high & LOW_TWO) << 4);
                three(to, 4, scale, more & LOW_FOUR | (high >> 2 & LOW_TWO) << 4);
                three(to, 8, scale, low >> 4 & LOW_FOUR | (high >> 4 & LOW_TWO) << 4);
                three(to, 12, scale, more >> 4 & LOW_FOUR | (high >> 6 & LOW_TWO) << 4);
            }
            case Q4_K, Q5_K -> {
                float scale = half(block), minimum = half(block + 2);
                int first = word(block + 4), second = word(block + 8), third = word(block + 12);
                four(to, 0, scale, first & LOW_SIX);
                four(to, 4, scale, third & LOW_FOUR | (first >> 6 & LOW_TWO) << 4);
                four(to, MOST, minimum, second & LOW_SIX);
                four(to, MOST + 4, minimum, third >> 4 & LOW_FOUR | (second >> 6 & LOW_TWO) << 4);
            }
            case Q6_K -> {
                float scale = half(block + 208);
                for (int i = 0; i < 16; i++) put(to, i, scale * ALL.get(JAVA_BYTE, block + 192 + i));
            }
        }
    }

    /// Whether [#write] writes what is subtracted.
    public static boolean minima(BlockFormat format) {
        return switch (format) {
            case Q4_1, Q5_1, Q2_K, Q4_K, Q5_K -> true;
            case Q4_0, Q5_0, Q8_0, Q3_K, Q6_K -> false;
        };
    }

    private static int word(long at) { return ALL.get(JAVA_INT_UNALIGNED, at); }

    private static void three(long to, int i, float scale, int bytes) {
        for (int j = 0; j < 4; j++, bytes >>>= 8) put(to, i + j, scale * ((bytes & 63) - 32));
    }

    private static void four(long to, int i, float scale, int bytes) {
        for (int j = 0; j < 4; j++, bytes >>>= 8) put(to, i + j, scale * (bytes & 63));
    }

    private static void put(long to, int i, float value) { ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * i, value); }
}
