package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Fourier.Kind;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Transforms against sums in `float64`, on every provider.
class FourierTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    static List<Provider> providers() { return Provider.all(); }

    /// Complex rows of n numbers.
    private record Rows(double[][] re, double[][] im) {
        static Rows random(int count, int n, boolean real, long seed) {
            var random = new Random(seed);
            var rows = new Rows(new double[count][n], new double[count][n]);
            for (int r = 0; r < count; r++)
                for (int i = 0; i < n; i++) {
                    rows.re[r][i] = (float) random.nextGaussian();
                    rows.im[r][i] = real ? 0 : (float) random.nextGaussian();
                }
            return rows;
        }

        int n() { return re[0].length; }

        /// Places `at` of the transform of a row, as sums.
        double[][] transformed(int row, int sign, double scale, int[] at) {
            int n = n();
            var result = new double[at.length][2];
            var cos = new double[n];
            var sin = new double[n];
            for (int i = 0; i < n; i++) {
                cos[i] = Math.cos(2 * Math.PI * i / n);
                sin[i] = sign * Math.sin(2 * Math.PI * i / n);
            }
            for (int i = 0; i < at.length; i++) {
                double a = 0, b = 0;
                for (int j = 0; j < n; j++) {
                    int t = (int) ((long) at[i] * j % n);
                    a += re[row][j] * cos[t] - im[row][j] * sin[t];
                    b += re[row][j] * sin[t] + im[row][j] * cos[t];
                }
                result[i][0] = a * scale;
                result[i][1] = b * scale;
            }
            return result;
        }

        /// The norm of a row, which is that of its transform over √n.
        double norm(int row) {
            double sum = 0;
            for (int i = 0; i < n(); i++) sum += re[row][i] * re[row][i] + im[row][i] * im[row][i];
            return Math.sqrt(sum);
        }
    }

    private static Operand dense(Arena arena, Dtype dtype, int... dims) {
        var shape = Shape.of(dims);
        return new Operand(dtype, shape, Layout.of(shape).strides(),
            arena.allocate(Math.max(8, shape.size() * dtype.bytes()), 64).address());
    }

    private static float get(Operand x, long i) { return Ram.ALL.get(FLOAT, x.address() + 4 * i); }

    private static void set(Operand x, long i, double value) { Ram.ALL.set(FLOAT, x.address() + 4 * i, (float) value); }

    /// Half a unit in the last place for each level of additions, relative to the whole row, is what rounding makes.
    private static void assertNear(double[] want, double re, double im, int n, double size, Object what) {
        double error = Math.hypot(re - want[0], im - want[1]);
        double bound = 0x1p-24 * (4 + 2 * Math.log(n) / Math.log(2)) * size;
        assertTrue(error <= bound, () -> what + ": expected " + want[0] + " + " + want[1] + "i, got " + re + " + " + im
            + "i, off by " + error / bound + " bounds");
    }

    private static int[] places(int n) {
        if (n <= 300) return IntStream.range(0, n).toArray();
        return IntStream.concat(IntStream.of(0, 1, n / 2 - 1, n / 2, n - 1), new Random(n).ints(3, 0, n)).toArray();
    }

    private static void check(Provider provider, int count, int n) {
        complex(provider, count, n, false);
        complex(provider, count, n, true);
        real(provider, count, n);
        hermitian(provider, count, n);
    }

    private static void complex(Provider provider, int count, int n, boolean backward) {
        try (var arena = Arena.ofShared()) {
            var rows = Rows.random(count, n, false, n + 1);
            var x = dense(arena, Dtype.COMPLEX64, count, n);
            var y = dense(arena, Dtype.COMPLEX64, count, n);
            for (int r = 0; r < count; r++)
                for (int i = 0; i < n; i++) {
                    set(x, 2L * (r * n + i), rows.re[r][i]);
                    set(x, 2L * (r * n + i) + 1, rows.im[r][i]);
                }
            float scale = backward ? 1f / n : 1;
            new Fourier(provider).run(backward ? Kind.BACKWARD : Kind.FORWARD, x, n, scale, y);
            compare(provider + (backward ? " backward " : " forward ") + count + " × " + n, rows, backward ? 1 : -1,
                scale, y, n);
        }
    }

    private static void real(Provider provider, int count, int n) {
        try (var arena = Arena.ofShared()) {
            var rows = Rows.random(count, n, true, n + 2);
            int half = n / 2 + 1;
            var x = dense(arena, Dtype.FLOAT32, count, n);
            var y = dense(arena, Dtype.COMPLEX64, count, half);
            for (int r = 0; r < count; r++) for (int i = 0; i < n; i++) set(x, (long) r * n + i, rows.re[r][i]);
            new Fourier(provider).run(Kind.REAL, x, n, 0.5f, y);
            compare(provider + " real " + count + " × " + n, rows, -1, 0.5, y, half);
        }
    }

    private static void compare(String what, Rows rows, int sign, double scale, Operand y, int length) {
        int n = rows.n();
        var at = IntStream.of(places(n)).filter(k -> k < length).toArray();
        for (int r = 0; r < rows.re.length; r += Math.max(1, rows.re.length / 5)) {
            var want = rows.transformed(r, sign, scale, at);
            for (int i = 0; i < at.length; i++) {
                long from = 2 * ((long) r * length + at[i]);
                assertNear(want[i], get(y, from), get(y, from + 1), n, scale * rows.norm(r),
                    what + ", row " + r + ", number " + at[i]);
            }
        }
    }

    private static void hermitian(Provider provider, int count, int n) {
        try (var arena = Arena.ofShared()) {
            int half = n / 2 + 1;
            var given = Rows.random(count, half, false, n + 3);
            var whole = new Rows(new double[count][n], new double[count][n]);
            var x = dense(arena, Dtype.COMPLEX64, count, half);
            var y = dense(arena, Dtype.FLOAT32, count, n);
            for (int r = 0; r < count; r++)
                for (int k = 0; k < half; k++) {
                    set(x, 2L * (r * half + k), given.re[r][k]);
                    set(x, 2L * (r * half + k) + 1, given.im[r][k]);
                    whole.re[r][k] = whole.re[r][(n - k) % n] = given.re[r][k];
                    boolean alone = k == 0 || 2 * k == n;
                    whole.im[r][k] = alone ? 0 : given.im[r][k];
                    if (!alone) whole.im[r][n - k] = -given.im[r][k];
                }
            new Fourier(provider).run(Kind.HERMITIAN, x, n, 1f / n, y);
            var at = places(n);
            for (int r = 0; r < count; r += Math.max(1, count / 5)) {
                var want = whole.transformed(r, 1, 1.0 / n, at);
                for (int i = 0; i < at.length; i++)
                    if (at[i] >= 0 && at[i] < n)
                        assertNear(want[i], get(y, (long) r * n + at[i]), want[i][1], n, whole.norm(r) / n,
                            provider + " hermitian " + count + " × " + n + ", row " + r + ", number " + at[i]);
            }
        }
    }

    @ParameterizedTest @MethodSource("providers")
    void everySmallLength(Provider provider) {
        for (int n = 1; n <= 64; n++)
            for (int count : new int[] {1, 3, 8, 16, 21}) check(provider, count, n);
    }

    @ParameterizedTest @MethodSource("providers")
    void longerLengths(Provider provider) {
        for (int n : new int[] {67, 97, 128, 254, 255, 256, 257, 258, 272, 384, 512, 521, 625, 961, 1000, 1024, 2187,
            2310, 3721, 4096, 4099, 5041, 8192, 10007, 14884, 16384, 18432, 46656, 65537, 100000})
            for (int count : new int[] {1, 2, 17}) if (n < 2000 || count < 3) check(provider, count, n);
    }

    @ParameterizedTest @MethodSource("providers")
    void veryLongLengths(Provider provider) {
        for (int n : new int[] {1 << 20, 262147}) check(provider, 1, n);
    }

    @ParameterizedTest @MethodSource("providers")
    void rowsThatLieInAnyWay(Provider provider) {
        for (int n : new int[] {1, 6, 30, 67, 256, 1024})
            for (int order = 0; order < 6; order++)
                for (var kind : Kind.values()) permuted(provider, kind, n, order);
    }

    // The same numbers in memory in another order give the same bits.
    private static void permuted(Provider provider, Kind kind, int n, int order) {
        int given = kind == Kind.HERMITIAN ? n / 2 + 1 : n, got = kind == Kind.REAL ? n / 2 + 1 : n;
        var from = kind == Kind.REAL ? Dtype.FLOAT32 : Dtype.COMPLEX64;
        var to = kind == Kind.HERMITIAN ? Dtype.FLOAT32 : Dtype.COMPLEX64;
        try (var arena = Arena.ofShared()) {
            int[] dims = {3, 19, given};
            int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
            var strides = new long[3];
            long apart = 1;
            for (int i = 2; i >= 0; i--) {
                strides[orders[order][i]] = apart;
                apart *= dims[orders[order][i]];
            }
            var plain = dense(arena, from, dims);
            var random = new Random(n);
            long floats = plain.shape().size() * from.bytes() / 4;
            for (long i = 0; i < floats; i++) set(plain, i, random.nextGaussian());
            var moved = new Operand(from, plain.shape(), strides, dense(arena, from, dims).address());
            Copies.copy(plain, moved);
            var want = dense(arena, to, 3, 19, got);
            var have = dense(arena, to, 3, 19, got);
            new Fourier(provider).run(kind, plain, n, 1, want);
            new Fourier(provider).run(kind, moved, n, 1, have);
            for (long i = 0; i < want.shape().size() * to.bytes() / 4; i++)
                assertEquals(get(want, i), get(have, i), provider + " " + kind + " " + n + " order " + order);
        }
    }
}
