package dev.lazuli.cpu;

import dev.lazuli.GgmlBlocks;
import dev.lazuli.backend.Operand;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.*;

/// Products with blocks on both providers, against sums in double of what ggml's layouts mean.
class BlockMatmulTest {
    private static final int[] NONE = {};
    private static final Dtype[] TYPES = {Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16};

    @ParameterizedTest @EnumSource void unpacksToTheLastBit(BlockFormat format) {
        for (var provider : Provider.all())
            for (float special : new float[] {0.1f, 0, -1, 0x1p-24f, -0x1.8p-15f, 65504})
                try (var arena = Arena.ofConfined()) {
                    int count = 7, n = count * format.elements();
                    var bytes = special(format, count, special);
                    var want = GgmlBlocks.decode(format, bytes);
                    // A row ends where its memory ends: nothing may be read beyond.
                    var w = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
                    var got = arena.allocate(4L * n + 64, 64).fill((byte) 0x5A);
                    var kernel = provider.blocks(format);
                    long lent = arena.allocate(kernel.scratchBytes(count)).address();
                    kernel.unpack(w.address(), count, got.address(), lent);
                    for (int i = 0; i < n; i++) {
                        float value = (float) Elements.getDouble(Dtype.FLOAT32, got.address() + 4L * i);
                        if (value != (float) want[i])
                            fail(provider + " element " + i + ": expected " + want[i] + ", got " + value);
                    }
                    assertEquals(0x5A, got.get(JAVA_BYTE, 4L * n), "write beyond the end");
                }
    }

    private static int[] rows(int... dims) { return dims; }

    private static byte[] special(BlockFormat format, int count, float scale) {
        var bytes = GgmlBlocks.random(format, count, new Random(4));
        for (int i = 1; i < count; i += 2)
            for (int at : GgmlBlocks.halves(format)) GgmlBlocks.set(bytes, i * format.bytes() + at, scale);
        return bytes;
    }

    @ParameterizedTest @EnumSource void everyNumberOfRowsAndType(BlockFormat format) {
        for (var provider : Provider.all())
            for (var type : TYPES)
                for (int m : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 33}) {
                    check(provider, format, type, Data.Layout.DENSE, rows(m), NONE, 35, 2, 0.1f);
                    check(provider, format, type, Data.Layout.DENSE, rows(m), NONE, 1, 3, 0.1f);
                }
    }

    @ParameterizedTest @EnumSource void deepAndWideMatrices(BlockFormat format) {
        for (var provider : Provider.all())
            for (int m : new int[] {1, 5, 13}) {
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(m), NONE, 67, 6656 / format.elements(),
                    0.1f);
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(m), NONE, 600, 1024 / format.elements(),
                    0.1f);
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(m), NONE, 3, 0, 0.1f);
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(m), NONE, 0, 1, 0.1f);
            }
    }

    @ParameterizedTest @EnumSource void everyLayoutOfTheRows(BlockFormat format) {
        for (var provider : Provider.all())
            for (var layout : Data.Layout.values())
                for (int m : new int[] {1, 4, 20})
                    check(provider, format, Dtype.FLOAT32, layout, rows(m), NONE, 5, 2, 0.1f);
    }

    @ParameterizedTest @EnumSource void batches(BlockFormat format) {
        for (var provider : Provider.all())
            for (int m : new int[] {1, 3, 10}) {
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(2, 3, m), NONE, 9, 1, 0.1f);
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(2, 3, m), rows(2, 3), 9, 1, 0.1f);
                check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(2, 3, m), rows(1, 3), 9, 1, 0.1f);
            }
    }

    @ParameterizedTest @EnumSource void scalesOfEverySize(BlockFormat format) {
        for (var provider : Provider.all())
            for (float scale : new float[] {0, -0f, -1, 0x1p-24f, -0x1.8p-15f, 65504})
                for (int m : new int[] {1, 2, 12})
                    check(provider, format, Dtype.FLOAT32, Data.Layout.DENSE, rows(m), NONE, 5, 4, scale);
    }

    @ParameterizedTest @EnumSource void whatDoesNotFitIsRefused(BlockFormat format) {
        try (var arena = Arena.ofConfined()) {
            int k = 2 * format.elements(), row = 2 * format.bytes();
            var product = new BlockMatmul(Provider.chosen(), format);
            var x = Data.dense(arena, Dtype.FLOAT32, 3, k);
            var w = Data.dense(arena, Dtype.UINT8, 5, row);
            var out = Data.dense(arena, Dtype.FLOAT32, 3, 5);
            for (var wrong : new Operand[] {Data.dense(arena, Dtype.UINT8, 5, row + 1),
                Data.dense(arena, Dtype.UINT8, 5, row / 2), Data.dense(arena, Dtype.UINT8, 4, row),
                Data.dense(arena, Dtype.INT8, 5, row),
                Data.operand(arena, Dtype.UINT8, Data.Layout.SPREAD, 5, row)})
                assertThrows(IllegalArgumentException.class, () -> product.run(x, wrong, out));
            var message = assertThrows(IllegalArgumentException.class,
                () -> product.run(Data.dense(arena, Dtype.FLOAT32, 3, k - 1), w, out)).getMessage();
            assertTrue(message.contains(format.name()) && message.contains("(3, " + (k - 1) + ")"), message);
            assertThrows(IllegalArgumentException.class, () -> product.run(x, w,
                Data.dense(arena, Dtype.FLOAT16, 3, 5)));
            assertThrows(IllegalArgumentException.class, () -> product.run(Data.dense(arena, Dtype.FLOAT64, 3, k), w,
                Data.dense(arena, Dtype.FLOAT64, 3, 5)));
        }
    }

    /// @param x the leading axes of x and its rows
    /// @param lead the leading axes of the weights
    private static void check(Provider provider, BlockFormat format, Dtype type, Data.Layout layout, int[] x,
                              int[] lead, int n, int blocks, float special) {
        try (var arena = Arena.ofConfined()) {
            int k = blocks * format.elements(), row = blocks * format.bytes(), m = x[x.length - 1];
            int matrices = Arrays.stream(lead).reduce(1, (a, b) -> a * b), batch = 1;
            for (int i = 0; i < x.length - 1; i++) batch *= x[i];
            var bytes = special(format, matrices * n * blocks, special);
            var weights = GgmlBlocks.decode(format, bytes);
            var a = Data.random(Data.operand(arena, type, layout, with(x, k)), new Random(5));
            var w = Data.dense(arena, Dtype.UINT8, with(lead, n, row));
            MemorySegment.ofAddress(w.address()).reinterpret(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
            if (x.length > 1 && lead.length > 0) w = spread(w, x, n, row);
            var out = Data.dense(arena, type, with(x, n));
            new BlockMatmul(provider, format).run(a, w, out);
            var values = Data.read(a);
            for (int b = 0; b < batch; b++)
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++) {
                        double sum = 0, size = 0;
                        for (int l = 0; l < k; l++) {
                            double p = values[(b * m + i) * k + l] * weights[(b % matrices * n + j) * k + l];
                            sum += p;
                            size += Math.abs(p);
                        }
                        double error = 4e-7 * size + epsilon(type) * Math.abs(sum) + 1e-5 * Math.max(1, special);
                        double got = Elements.getDouble(type, Data.address(out, ((long) b * m + i) * n + j));
                        if (!(Math.abs(sum - got) <= error))
                            fail(provider + " " + type + " " + layout + " " + a.shape() + " · " + w.shape() + " at " + b
                                + ", " + i + ", " + j + ": expected " + sum + ", got " + got);
                    }
        }
    }

    private static double epsilon(Dtype type) {
        return type == Dtype.FLOAT32 ? 1e-6 : type == Dtype.FLOAT16 ? 1e-3 : 8e-3;
    }

    private static int[] with(int[] lead, int... more) {
        var all = Arrays.copyOf(lead, lead.length + more.length);
        System.arraycopy(more, 0, all, lead.length, more.length);
        return all;
    }

    /// The weights as they broadcast along the leading axes of x.
    private static Operand spread(Operand w, int[] x, int n, int row) {
        int axes = x.length - 1;
        var strides = new long[axes + 2];
        for (int i = 0; i < axes; i++) strides[i] = w.dim(i) == 1 ? 0 : w.stride(i);
        strides[axes] = row;
        strides[axes + 1] = 1;
        return new Operand(Dtype.UINT8, Shape.of(with(Arrays.copyOf(x, axes), n, row)), strides, w.address());
    }
}
