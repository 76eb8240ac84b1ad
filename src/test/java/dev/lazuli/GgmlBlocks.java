package dev.lazuli;

import dev.lazuli.type.BlockFormat;
import java.util.Random;

/// GGUF's block formats as ggml publishes them, one block after the other, in double: the oracle of every test.
public final class GgmlBlocks {
    private GgmlBlocks() {}

    /// The elements of blocks that follow each other.
    public static double[] decode(BlockFormat format, byte[] blocks) {
        int count = blocks.length / format.bytes(), n = switch (format) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> 32;
            default -> 256;
        };
        var y = new double[count * n];
        for (int i = 0; i < count; i++) block(format, new Block(blocks, i * format.bytes()), y, i * n);
        return y;
    }

    /// Random blocks whose halves are of ordinary size.
    public static byte[] random(BlockFormat format, int count, Random random) {
        var bytes = new byte[count * format.bytes()];
        random.nextBytes(bytes);
        for (int i = 0; i < count; i++)
            for (int at : halves(format))
                set(bytes, i * format.bytes() + at, (float) (random.nextGaussian() * 0.1));
        return bytes;
    }

    /// Writes a half.
    public static void set(byte[] bytes, int at, float value) {
        short half = Float.floatToFloat16(value);
        bytes[at] = (byte) half;
        bytes[at + 1] = (byte) (half >> 8);
    }

    /// Where the halves of a block begin.
    public static int[] halves(BlockFormat format) {
        return switch (format) {
            case Q4_0, Q5_0, Q8_0 -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
        };
    }

    private record Block(byte[] bytes, int start) {
        int unsigned(int at) { return bytes[start + at] & 0xFF; }

        int signed(int at) { return bytes[start + at]; }

        double half(int at) { return Float.float16ToFloat((short) (unsigned(at) | unsigned(at + 1) << 8)); }
    }

    private static void block(BlockFormat format, Block b, double[] y, int to) {
        switch (format) {
            case Q4_0 -> {
                for (int j = 0; j < 16; j++) {
                    y[to + j] = b.half(0) * ((b.unsigned(2 + j) & 15) - 8);
                    y[to + j + 16] = b.half(0) * ((b.unsigned(2 + j) >> 4) - 8);
                }
            }
            case Q4_1 -> {
                for (int j = 0; j < 16; j++) {
                    y[to + j] = b.half(0) * (b.unsigned(4 + j) & 15) + b.half(2);
                    y[to + j + 16] = b.half(0) * (b.unsigned(4 + j) >> 4) + b.half(2);
                }
            }
            case Q5_0, Q5_1 -> {
                int at = format == BlockFormat.Q5_0 ? 2 : 4;
                double minimum = format == BlockFormat.Q5_0 ? -16 * b.half(0) : b.half(2);
                for (int j = 0; j < 32; j++) {
                    int low = j < 16 ? b.unsigned(at + 4 + j) & 15 : b.unsigned(at + 4 + j - 16) >> 4;
                    int high = b.unsigned(at + j / 8) >> j % 8 & 1;
                    y[to + j] = b.half(0) * (low | high << 4) + minimum;
                }
            }
            case Q8_0 -> {
                for (int j = 0; j < 32; j++) y[to + j] = b.half(0) * b.signed(2 + j);
            }
            case Q2_K -> {
                for (int n = 0, is = 0; n < 2; n++)
                    for (int shift = 0; shift < 8; shift += 2)
                        for (int half = 0; half < 32; half += 16, is++)
                            for (int l = 0; l < 16; l++)
                                y[to++] = b.half(80) * (b.unsigned(is) & 15)
                                    * (b.unsigned(16 + 32 * n + half + l) >> shift & 3)
                                    - b.half(82) * (b.unsigned(is) >> 4);
            }
            case Q3_K -> {
                for (int n = 0, is = 0, bit = 1; n < 2; n++)
                    for (int shift = 0; shift < 8; shift += 2, bit <<= 1)
                        for (int half = 0; half < 32; half += 16, is++) {
                            int low = is < 8 ? b.unsigned(96 + is) & 15 : b.unsigned(96 + is - 8) >> 4;
                            int scale = low | (b.unsigned(104 + is % 4) >> 2 * (is / 4) & 3) << 4;
                            for (int l = half; l < half + 16; l++)
                                y[to++] = b.half(108) * (scale - 32) * ((b.unsigned(32 + 32 * n + l) >> shift & 3)
                                    - ((b.unsigned(l) & bit) != 0 ? 0 : 4));
                        }
            }
            case Q4_K, Q5_K -> {
                boolean five = format == BlockFormat.Q5_K;
                for (int is = 0; is < 8; is++) {
                    int scale, minimum;
                    if (is < 4) {
                        scale = b.unsigned(4 + is) & 63;
                        minimum = b.unsigned(8 + is) & 63;
                    } else {
                        scale = b.unsigned(8 + is) & 15 | b.unsigned(is) >> 6 << 4;
                        minimum = b.unsigned(8 + is) >> 4 | b.unsigned(4 + is) >> 6 << 4;
                    }
                    for (int l = 0; l < 32; l++) {
                        int q = b.unsigned((five ? 48 : 16) + 32 * (is / 2) + l) >> 4 * (is % 2) & 15;
                        if (five) q += (b.unsigned(16 + l) >> is & 1) << 4;
                        y[to++] = b.half(0) * scale * q - b.half(2) * minimum;
                    }
                }
            }
            case Q6_K -> {
                for (int n = 0; n < 2; n++)
                    for (int part = 0; part < 4; part++)
                        for (int l = 0; l < 32; l++) {
                            int low = b.unsigned(64 * n + 32 * (part % 2) + l) >> 4 * (part / 2) & 15;
                            int high = b.unsigned(128 + 32 * n + l) >> 2 * part & 3;
                            y[to++] = b.half(208) * b.signed(192 + 8 * n + 2 * part + l / 16)
                                * ((low | high << 4) - 32);
                        }
            }
        }
    }
}
