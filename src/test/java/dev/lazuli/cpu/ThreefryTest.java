package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Bits;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bits against the generator's published answers, and every provider against the definition, word by word.
class ThreefryTest {
    private static final int GUARD = 0x5A;

    @Test void publishedAnswers() {
        assertEquals(0x6b200159_99ba4efeL, Bits.hash(0, 0, 0, 0));
        assertEquals(0x1cb996fc_bb002be7L, Bits.hash(-1, -1, -1, -1));
        assertEquals(0xc4923a9c_483df7a0L, Bits.hash(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3));
    }

    @Test void everyLengthOfEveryProvider() {
        var random = new Random(4);
        for (var provider : Provider.all()) {
            for (int bytes = 0; bytes <= 150; bytes++) check(provider, 1 + bytes % 3, bytes, random);
            for (int bytes : new int[] {4 * 4095, 4 * 4096, 4 * 4097, 100_003, 1_234_567})
                check(provider, 2, bytes, random);
        }
    }

    private static void check(Provider provider, int keys, int bytes, Random random) {
        try (var arena = Arena.ofShared()) {
            var words = new int[2 * keys];
            var given = arena.allocate(4L * words.length + 8, 4);
            for (int i = 0; i < words.length; i++) {
                words[i] = random.nextInt();
                given.setAtIndex(ValueLayout.JAVA_INT, words.length - 1 - i, words[i]); // from back to front
            }
            var all = arena.allocate((long) keys * bytes + 8);
            all.fill((byte) GUARD);
            Threefry.run(provider.bits(), new Operand(Dtype.UINT32, Shape.of(keys, 2), new long[] {-2, -1},
                given.address() + 4L * (words.length - 1)),
                new Operand(Dtype.UINT8, Shape.of(keys, bytes), new long[] {bytes, 1}, all.address()));
            for (int k = 0; k < keys; k++)
                assertArrayEquals(bits(words[2 * k], words[2 * k + 1], bytes),
                    all.asSlice((long) k * bytes, bytes).toArray(ValueLayout.JAVA_BYTE),
                    provider + ", " + bytes + " bytes of key " + k);
            for (int i = 0; i < 8; i++) assertEquals(GUARD, all.get(ValueLayout.JAVA_BYTE, (long) keys * bytes + i));
        }
    }

    /// As MLX defines it, counters in one array: the first half of the words, then the other, and 0 to make it even.
    private static byte[] bits(int key0, int key1, int bytes) {
        int words = (bytes + 3) / 4;
        int half = (words + 1) / 2;
        var result = new int[2 * half];
        for (int i = 0; i < half; i++) {
            long hash = Bits.hash(key0, key1, i, half + i < words ? half + i : 0);
            result[i] = (int) (hash >>> 32);
            result[half + i] = (int) hash;
        }
        return MemorySegment.ofArray(result).asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    }
}
