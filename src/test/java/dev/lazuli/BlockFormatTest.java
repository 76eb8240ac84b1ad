package dev.lazuli;

import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.io.GgufType;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What blocks mean, to the last bit.
class BlockFormatTest {
    private static Array array(byte[] bytes, int... dims) {
        return Lazuli.array(MemorySegment.ofArray(bytes), Dtype.UINT8, dims);
    }

    private static void check(BlockFormat format, byte[] bytes, int... dims) {
        var want = GgmlBlocks.decode(format, bytes);
        var got = Lazuli.decode(array(bytes, dims), format).toFloatArray();
        assertEquals(want.length, got.length);
        for (int i = 0; i < want.length; i++)
            if (got[i] != (float) want[i]) fail(format + " element " + i + ": expected " + want[i] + ", got " + got[i]);
    }

    @ParameterizedTest
    @EnumSource
    void decodesEveryBitOfRandomBlocks(BlockFormat format) {
        check(format, GgmlBlocks.random(format, 24, new Random(1)), 4, 2, 3 * format.bytes());
        check(format, GgmlBlocks.random(format, 1, new Random(2)), format.bytes());
        check(format, new byte[0], 0, 2 * format.bytes());
    }

    @ParameterizedTest
    @EnumSource
    void decodesScalesOfEverySize(BlockFormat format) {
        float[] scales = {0, -0f, 1, -1, 0x1p-24f, -0x1p-24f, 0x1.8p-15f, 65504, -65504};
        for (float a : scales)
            for (float b : scales) {
                var bytes = GgmlBlocks.random(format, 2, new Random(3));
                var halves = GgmlBlocks.halves(format);
                GgmlBlocks.set(bytes, format.bytes() + halves[0], a);
                GgmlBlocks.set(bytes, format.bytes() + halves[halves.length - 1], b);
                check(format, bytes, 1, 2 * format.bytes());
            }
    }

    @ParameterizedTest
    @EnumSource
    void productsAgreeWithTheirMeaningInEveryType(BlockFormat format) {
        int n = 5, k = 2 * format.elements();
        var bytes = GgmlBlocks.random(format, 2 * n, new Random(4));
        var weights = GgmlBlocks.decode(format, bytes);
        var w = array(bytes, n, 2 * format.bytes());
        for (var dtype : new Dtype[] {Dtype.FLOAT64, Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16}) {
            double error = dtype == Dtype.FLOAT64 ? 1e-12 : dtype == Dtype.FLOAT32 ? 1e-6 : dtype == Dtype.FLOAT16
                ? 1e-3 : 8e-3;
            var got = Lazuli.blockMatmul(Lazuli.ones(dtype, 3, k), w, format).to(Dtype.FLOAT64).toDoubleArray();
            for (int i = 0; i < 3 * n; i++) {
                double sum = 0, size = 0;
                for (int j = 0; j < k; j++) {
                    sum += (float) weights[i % n * k + j];
                    size += Math.abs(weights[i % n * k + j]);
                }
                assertEquals(sum, got[i], error * size, format + " " + dtype);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesNameTheFormat(BlockFormat format) {
        var type = GgufType.valueOf(format.name());
        assertEquals(format, type.format());
        assertEquals(format.bytes(), type.blockBytes());
        assertEquals(format.elements(), type.blockSize());
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfPartsOfBlocksAreRefused(BlockFormat format) {
        var broken = array(new byte[3 * (format.bytes() + 1)], 3, format.bytes() + 1);
        var message = assertThrows(IllegalArgumentException.class, () -> Lazuli.decode(broken, format)).getMessage();
        assertTrue(message.contains(format.name()) && message.contains("(3, " + (format.bytes() + 1) + ")"), message);
        var x = Lazuli.ones(2, format.elements());
        assertThrows(IllegalArgumentException.class, () -> Lazuli.blockMatmul(x, broken, format));
        var words = Lazuli.zeros(Dtype.INT8, 3, format.bytes());
        assertThrows(IllegalArgumentException.class, () -> Lazuli.decode(words, format));
        var whole = array(new byte[3 * format.bytes()], 3, format.bytes());
        var narrow = Lazuli.ones(2, format.elements() - 1);
        assertThrows(IllegalArgumentException.class, () -> Lazuli.blockMatmul(narrow, whole, format));
    }
}
