package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.blas.Blas;
import dev.lazuli.blas.Installed;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.*;

/// Products of every kind of layout against sums in double, by both providers and the system's library.
class GemmTest {
    private static final Dtype[] TYPES = {Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16, Dtype.FLOAT64};

    private enum Layout { ROWS, TRANSPOSED, SLICED, REVERSED, FLIPPED, BROADCAST }

    /// Who multiplies: a provider, or the system's library beside one that has what it does not claim.
    private record Way(Provider provider, boolean byLibrary) {
        void run(Operand a, Operand b, Operand out) {
            Gemm.run(provider, byLibrary ? new BlasProducts(new Blas(Installed.library()), 0) : null, a, b, out);
        }

        @Override public String toString() { return byLibrary ? Installed.NAME : provider.name(); }
    }

    static Stream<Way> ways() {
        return Stream.concat(Provider.all().stream().map(p -> new Way(p, false)),
            Stream.of(new Way(Provider.chosen(), true)));
    }

    @ParameterizedTest @MethodSource("ways") void everyShapeAndType(Way way) {
        int[][] shapes = {{1, 1, 1}, {1, 5, 7}, {1, 33, 100}, {2, 64, 17}, {7, 31, 33}, {8, 15, 16}, {9, 17, 31},
            {12, 32, 4}, {13, 33, 400}, {24, 64, 768}, {100, 3, 50}, {65, 1, 129}, {3, 200, 0}, {0, 4, 3}, {4, 0, 3},
            {129, 130, 391}, {300, 5, 9}, {5, 300, 9}};
        for (var type : TYPES)
            for (int[] s : shapes)
                check(way, type, Layout.ROWS, Layout.ROWS, s[0], s[1], s[2]);
    }

    @ParameterizedTest @MethodSource("ways") void everyLayoutOfBothOperands(Way way) {
        int[][] shapes = {{1, 40, 70}, {5, 40, 70}, {40, 3, 70}, {37, 70, 45}};
        for (var type : TYPES)
            for (var a : Layout.values())
                for (var b : Layout.values())
                    for (int[] s : shapes) check(way, type, a, b, s[0], s[1], s[2]);
    }

    @ParameterizedTest @MethodSource("ways") void deepProductsCrossSlabs(Way way) {
        for (var type : TYPES) {
            check(way, type, Layout.ROWS, Layout.TRANSPOSED, 13, 35, 6500);
            check(way, type, Layout.ROWS, Layout.TRANSPOSED, 70, 9, 6500);
            check(way, type, Layout.TRANSPOSED, Layout.ROWS, 13, 35, 6500);
        }
        check(way, Dtype.FLOAT32, Layout.ROWS, Layout.ROWS, 1500, 40, 6200);
    }

    @ParameterizedTest @MethodSource("ways") void batches(Way way) {
        int[][] strides = {{1, 1}, {1, 0}, {0, 1}, {0, 0}};
        for (var type : TYPES)
            for (int[] s : strides)
                for (int m : new int[] {1, 6, 40})
                    try (var arena = Arena.ofConfined()) {
                        int n = 35, k = 21, batch = 3, outer = 2;
                        var a = random(arena, type, outer * batch * m * k, 1);
                        var b = random(arena, type, outer * batch * k * n, 2);
                        var shapeA = Shape.of(outer, batch, m, k);
                        var shapeB = Shape.of(outer, batch, k, n);
                        compare(way, arena,
                            new Operand(type, shapeA, new long[] {s[0] * batch * m * k, s[0] * m * k, k, 1}, a),
                            new Operand(type, shapeB, new long[] {s[1] * batch * k * n, s[1] * k * n, n, 1}, b));
                    }
    }

    @ParameterizedTest @MethodSource("ways") void halvesAreWidenedIntoFloat32(Way way) {
        int[][] shapes = {{1, 40, 70}, {1, 3, 129}, {1, 21, 5}, {5, 40, 70}, {40, 3, 70}, {37, 70, 45}};
        for (var type : new Dtype[] {Dtype.FLOAT16, Dtype.BFLOAT16})
            for (var layout : Layout.values())
                for (int[] s : shapes)
                    try (var arena = Arena.ofConfined()) {
                        var a = operand(arena, Dtype.FLOAT32, Layout.ROWS, s[0], s[2], 1);
                        var b = operand(arena, type, layout, s[2], s[1], 2);
                        compare(way, arena, a, b);
                        compare(way, arena, operand(arena, type, layout, s[0], s[2], 3),
                            operand(arena, Dtype.FLOAT32, Layout.TRANSPOSED, s[2], s[1], 4));
                    }
    }

    @ParameterizedTest @MethodSource("ways") void everyHalfIsWidenedExactly(Way way) {
        for (var type : new Dtype[] {Dtype.FLOAT16, Dtype.BFLOAT16})
            try (var arena = Arena.ofConfined()) {
                int k = 64, n = 1 << 10;
                var one = dense(Dtype.FLOAT32, Shape.of(1, k), arena.allocate(4 * k, 64).fill((byte) 0).address());
                var b = new Operand(type, Shape.of(k, n), new long[] {1, k},
                    arena.allocate(2L * k * n, 64).fill((byte) 0).address());
                var out = dense(Dtype.FLOAT32, Shape.of(1, n), arena.allocate(4L * n, 64).address());
                for (int i = 0; i < k; i++) {
                    Elements.putDouble(Dtype.FLOAT32, one.address(), 1);
                    for (int j = 0; j < n; j++)
                        dev.lazuli.memory.Ram.ALL.set(java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED,
                            b.address() + 2L * k * j, (short) (i * n + j));
                    way.run(one, b, out);
                    for (int j = 0; j < n; j++)
                        assertEquals(0 + Elements.getDouble(type, b.address() + 2L * k * j),
                            Elements.getDouble(Dtype.FLOAT32, out.address() + 4L * j), way + " " + type);
                }
            }
    }

    @ParameterizedTest @MethodSource("ways") void infinitiesAndNaNSpreadOnlyAlongTheirRowAndColumn(Way way) {
        for (int m : new int[] {3, 20})
            try (var arena = Arena.ofConfined()) {
                var a = dense(Dtype.FLOAT32, Shape.of(m, 40), random(arena, Dtype.FLOAT32, m * 40, 1));
                var b = dense(Dtype.FLOAT32, Shape.of(40, 37), random(arena, Dtype.FLOAT32, 40 * 37, 2));
                Elements.putDouble(Dtype.FLOAT32, a.address(), Double.POSITIVE_INFINITY);
                Elements.putDouble(Dtype.FLOAT32, b.address() + 4 * 36, Double.NaN);
                compare(way, arena, a, b);
            }
    }

    @Test void whatDoesNotFitIsRefused() {
        var a = dense(Dtype.FLOAT32, Shape.of(2, 3), 0);
        var b = dense(Dtype.FLOAT32, Shape.of(4, 5), 0);
        var out = dense(Dtype.FLOAT32, Shape.of(2, 5), 0);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Gemm.run(a, b, out)).getMessage()
            .contains("(2, 3) · (4, 5)"));
        var c = dense(Dtype.FLOAT64, Shape.of(3, 5), 0);
        assertThrows(IllegalArgumentException.class, () -> Gemm.run(a, c, out));
        var half = dense(Dtype.FLOAT16, Shape.of(3, 5), 0);
        assertThrows(IllegalArgumentException.class, () -> Gemm.run(a, half, dense(Dtype.FLOAT16, Shape.of(2, 5), 0)));
    }

    private static void check(Way way, Dtype type, Layout la, Layout lb, int m, int n, int k) {
        try (var arena = Arena.ofConfined()) {
            compare(way, arena, operand(arena, type, la, m, k, 1), operand(arena, type, lb, k, n, 2));
        }
    }

    private static Operand operand(Arena arena, Dtype type, Layout layout, int rows, int columns, int seed) {
        long at = random(arena, type, 6 * (rows + 1) * (columns + 1), seed);
        long end = at + (long) type.bytes() * Math.max(0, rows * columns - 1);
        return switch (layout) {
            case ROWS -> new Operand(type, Shape.of(rows, columns), new long[] {columns, 1}, at);
            case TRANSPOSED -> new Operand(type, Shape.of(rows, columns), new long[] {1, rows}, at);
            case SLICED -> new Operand(type, Shape.of(rows, columns), new long[] {3L * columns, 2}, at);
            case REVERSED -> new Operand(type, Shape.of(rows, columns), new long[] {-columns, -1}, end);
            case FLIPPED -> new Operand(type, Shape.of(rows, columns), new long[] {-columns, 1},
                at + (long) type.bytes() * Math.max(0, rows - 1) * columns);
            case BROADCAST -> new Operand(type, Shape.of(rows, columns), new long[] {0, 1}, at);
        };
    }

    static Operand dense(Dtype type, Shape shape, long address) {
        var strides = new long[shape.rank()];
        long n = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = n;
            n *= shape.dim(i);
        }
        return new Operand(type, shape, strides, address);
    }

    static long random(Arena arena, Dtype type, int count, int seed) {
        var random = new Random(seed);
        long at = arena.allocate(Math.max(1, count) * (long) type.bytes(), 64).address();
        for (int i = 0; i < count; i++) Elements.putDouble(type, at + (long) i * type.bytes(), random.nextGaussian());
        return at;
    }

    private static void compare(Way way, Arena arena, Operand a, Operand b) {
        int rank = a.rank(), m = a.dim(-2), n = b.dim(-1), k = a.dim(-1);
        var shape = a.shape().range(0, rank - 1).concat(Shape.of(n));
        var type = a.dtype().promote(b.dtype());
        long bytes = shape.size() * type.bytes();
        var memory = arena.allocate(bytes + 64, 64).fill((byte) 0x5A);
        way.run(a, b, dense(type, shape, memory.address()));
        for (long i = bytes; i < bytes + 64; i++)
            assertEquals(0x5A, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i), "write beyond the end");
        double epsilon = switch (type) {
            case FLOAT64 -> 1e-14;
            case FLOAT32 -> 1e-6;
            case FLOAT16 -> 1e-3;
            default -> 8e-3;
        };
        for (long i = 0; i < shape.size(); i++) {
            double sum = 0, scale = 0;
            for (int l = 0; l < k; l++) {
                double p = at(a, shape, i, m, n, i / n % m, l) * at(b, shape, i, m, n, l, i % n);
                sum += p;
                scale += Math.abs(p);
            }
            double got = Elements.getDouble(type, memory.address() + i * type.bytes());
            long index = i;
            if (sum != sum || Double.isInfinite(sum)) assertEquals(sum, got);
            else assertEquals(sum, got, epsilon * (scale / Math.sqrt(Math.max(1, k)) * 4 + Math.abs(sum)), () ->
                way + " " + type + " " + a.shape() + " · " + b.shape() + " at " + index);
        }
    }

    private static double at(Operand x, Shape out, long flat, int m, int n, long row, long column) {
        long offset = row * x.stride(-2) + column * x.stride(-1);
        long rest = flat / ((long) m * n);
        for (int i = out.rank() - 3; i >= 0; i--) {
            offset += rest % out.dim(i) * x.stride(i);
            rest /= out.dim(i);
        }
        return Elements.getDouble(x.dtype(), x.address() + offset * x.dtype().bytes());
    }
}
