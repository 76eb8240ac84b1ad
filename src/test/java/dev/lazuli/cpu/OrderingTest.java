package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.type.Dtype;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class OrderingTest {
    private static final int[] LENGTHS = {1, 2, 3, 17, 40, 41, 207, 4098};
    /// Both zeros are equal, and NaN comes last.
    private static final Comparator<Double> ORDER =
        (a, b) -> a.equals(b) || a == 0 && b == 0 ? 0 : Double.compare(a, b);

    @Test void everyTypeLengthAndLayout() {
        var random = new Random(9);
        for (var dtype : Dtype.values()) {
            if (dtype.isComplex()) continue;
            for (int n : LENGTHS)
                for (var layout : Layout.values()) {
                    check(dtype, n, layout, values(dtype, random, false));
                    if (dtype.isFloat()) check(dtype, n, layout, values(dtype, random, true));
                }
        }
    }

    @Test void extremesOfLongsAreExact() {
        try (var arena = Arena.ofShared()) {
            var x = Data.dense(arena, Dtype.UINT64, 4);
            long[] values = {Long.MAX_VALUE, -1, -2, Long.MIN_VALUE};
            for (int i = 0; i < 4; i++) Elements.putLong(Dtype.UINT64, Data.address(x, i), values[i]);
            var order = Data.dense(arena, Dtype.UINT32, 4);
            Ordering.argsort(x, order);
            assertArrayEquals(new double[] {0, 3, 2, 1}, Data.read(order));
            Ordering.argsort(new Operand(Dtype.INT64, x.shape(), x.strides(), x.address()), order);
            assertArrayEquals(new double[] {3, 2, 1, 0}, Data.read(order));
        }
    }

    @Test void complexNumbersGoByRealThenImaginaryPart() {
        try (var arena = Arena.ofShared()) {
            var parts = Data.of(arena, Dtype.FLOAT32, new double[] {1, 2, 1, -1, -2, 0, 1, 0, -2, -3}, 10);
            var x = new Operand(Dtype.COMPLEX64, dev.lazuli.type.Shape.of(5), new long[] {1}, parts.address());
            var order = Data.dense(arena, Dtype.UINT32, 5);
            Ordering.argsort(x, order);
            assertArrayEquals(new double[] {4, 2, 1, 3, 0}, Data.read(order));
        }
    }

    @Test void emptyRows() {
        try (var arena = Arena.ofShared()) {
            var x = Data.dense(arena, Dtype.FLOAT32, 2, 0);
            Ordering.sort(x, x);
            Ordering.argsort(x, Data.dense(arena, Dtype.UINT32, 2, 0));
            var out = Data.dense(arena, Dtype.UINT32, 2);
            var e = assertThrows(IllegalArgumentException.class, () -> Ordering.argmax(x, out));
            assertEquals("argmax: got rows of length 0 in (2, 0), expected at least 1", e.getMessage());
        }
    }

    private static DoubleSupplier values(Dtype dtype, Random random, boolean special) {
        double[] specials = {Double.NaN, 0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1};
        if (special) return () -> specials[random.nextInt(specials.length)];
        if (dtype.isFloat()) return () -> random.nextGaussian() * 100;
        if (dtype.isBool()) return () -> random.nextInt(2);
        int low = dtype.isUnsigned() ? 0 : -100;
        return () -> random.nextInt(low, 120);
    }

    private static void check(Dtype dtype, int n, Layout layout, DoubleSupplier values) {
        try (var arena = Arena.ofShared()) {
            var x = Data.fill(Data.operand(arena, dtype, layout, 2, 2, n), values);
            var sorted = Data.dense(arena, dtype, 2, 2, n);
            var order = Data.dense(arena, Dtype.UINT32, 2, 2, n);
            var largest = Data.dense(arena, Dtype.UINT32, 2, 2);
            var smallest = Data.dense(arena, Dtype.UINT32, 2, 2);
            Ordering.sort(x, sorted);
            Ordering.argsort(x, order);
            Ordering.argmax(x, largest);
            Ordering.argmin(x, smallest);
            double[] all = Data.read(x);
            double[] ordered = Data.read(order);
            double[] results = Data.read(sorted);
            for (int r = 0; r < 4; r++) {
                double[] row = Arrays.copyOfRange(all, r * n, r * n + n);
                int[] want = IntStream.range(0, n).boxed().sorted(Comparator.comparing(i -> row[i], ORDER))
                    .mapToInt(i -> i).toArray();
                var what = dtype + " " + n + " " + layout;
                for (int i = 0; i < n; i++) {
                    assertEquals(want[i], (int) ordered[r * n + i], what);
                    assertEquals(row[want[i]] + 0.0, results[r * n + i] + 0.0, what);
                }
                int nan = IntStream.range(0, n).filter(i -> Double.isNaN(row[i])).findFirst().orElse(-1);
                int max = IntStream.range(0, n).filter(i -> row[i] == row[want[n - 1]]).findFirst().orElse(-1);
                assertEquals(nan >= 0 ? nan : max, (int) Data.read(largest)[r], what);
                assertEquals(nan >= 0 ? nan : want[0], (int) Data.read(smallest)[r], what);
            }
        }
    }
}
