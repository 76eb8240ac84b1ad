package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.blas.Installed;
import dev.lazuli.blas.Lapack;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.graph.Eig;
import dev.lazuli.graph.Eigh;
import dev.lazuli.graph.Factorisation;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Qr;
import dev.lazuli.graph.Svd;
import dev.lazuli.type.Dtype;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the system's LAPACK makes of a matrix is what our own kernels make of it.
class LapackFactorsTest {
    private static final List<Dtype> TYPES = List.of(Dtype.FLOAT32, Dtype.FLOAT64);
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {3, 3}, {33, 33}, {70, 70}, {1, 5}, {5, 1}, {40, 7}, {7, 40},
        {2, 3, 6, 5}, {2, 3, 5, 5}, {0, 4, 4}, {0, 0}, {0, 3}, {3, 0}};

    /// What depends on the matrix alone: vectors may have another sign or phase.
    private interface Facts { double[] of(double[][] a, double[] out); }

    private enum Case {
        SVD(x -> Svd.of("svd", x, Svd.Vectors.THIN), (a, out) -> svd(a, out, false)),
        FULL_SVD(x -> Svd.of("svd", x, Svd.Vectors.FULL), (a, out) -> svd(a, out, true)),
        SINGULAR_VALUES(x -> Svd.of("svdvals", x, Svd.Vectors.NONE), (a, out) -> out),
        EIGH(x -> Eigh.of("eigh", x, false, true), (a, out) -> eigh(a.length, out)),
        EIGVALSH(x -> Eigh.of("eigvalsh", x, false, false), (a, out) -> out),
        EIG(x -> Eig.of("eig", x, true), LapackFactorsTest::eig),
        EIGVALS(x -> Eig.of("eigvals", x, false), (a, out) -> ordered(out, a.length)),
        QR(Qr::of, (a, out) -> out);

        final Function<Node, Node> op;
        final Facts facts;

        Case(Function<Node, Node> op, Facts facts) {
            this.op = op;
            this.facts = facts;
        }

        boolean isSquare() { return name().startsWith("EIG"); }
    }

    // ---- facts -------------------------------------------------------------------------------------------------

    private static double[] svd(double[][] a, double[] out, boolean full) {
        int m = a.length, n = a[0].length, k = Math.min(m, n), rank = full ? m : k, rest = full ? n : k;
        var facts = new double[k + m * n + rank * rank + rest * rest];
        System.arraycopy(out, 0, facts, 0, k);
        int at = k;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++, at++)
                for (int p = 0; p < k; p++)
                    facts[at] += out[k + i * rank + p] * out[p] * out[k + m * rank + p * n + j];
        for (int i = 0; i < rank; i++)
            for (int j = 0; j < rank; j++, at++)
                for (int p = 0; p < m; p++) facts[at] += out[k + p * rank + i] * out[k + p * rank + j];
        for (int i = 0; i < rest; i++)
            for (int j = 0; j < rest; j++, at++)
                for (int p = 0; p < n; p++) facts[at] += out[k + m * rank + i * n + p] * out[k + m * rank + j * n + p];
        return facts;
    }

    private static double[] eigh(int n, double[] out) {
        var facts = Arrays.copyOf(out, n + n * n);
        Arrays.fill(facts, n, facts.length, 0);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int p = 0; p < n; p++) facts[n + i * n + j] += out[n + i * n + p] * out[p] * out[n + j * n + p];
        return facts;
    }

    // values; A·V - V·diag(w), which is 0; the columns' lengths
    private static double[] eig(double[][] a, double[] out) {
        int n = a.length, v = 2 * n;
        var facts = Arrays.copyOf(ordered(out, n), v + 2 * n * n + n);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                double re = out[v + 2 * (i * n + j)], im = out[v + 2 * (i * n + j) + 1];
                double left = out[2 * j] * re - out[2 * j + 1] * im, right = out[2 * j] * im + out[2 * j + 1] * re;
                for (int p = 0; p < n; p++) {
                    left -= a[i][p] * out[v + 2 * (p * n + j)];
                    right -= a[i][p] * out[v + 2 * (p * n + j) + 1];
                }
                facts[v + 2 * (i * n + j)] = left;
                facts[v + 2 * (i * n + j) + 1] = right;
                facts[v + 2 * n * n + j] += re * re + im * im;
            }
        return facts;
    }

    private static double[] ordered(double[] out, int n) {
        return IntStream.range(0, n).boxed()
            .sorted((i, j) -> Math.abs(out[2 * i] - out[2 * j]) > 1e-4 ? Double.compare(out[2 * i], out[2 * j])
                : Double.compare(out[2 * i + 1], out[2 * j + 1]))
            .flatMap(i -> IntStream.of(2 * i, 2 * i + 1).boxed()).mapToDouble(i -> out[i]).toArray();
    }

    // ---- both ways ---------------------------------------------------------------------------------------------

    private static LapackFactors library() { return new LapackFactors(new Lapack(Installed.library()), 1); }

    private static void compare(Arena arena, LapackFactors library, Case test, Operand x, String name) {
        var node = test.op.apply(Hole.of("x", x.shape(), x.dtype()));
        var op = (Factorisation) ((Node.Pending) node.state()).op();
        var own = run(arena, Factors.own(op), node, x);
        Kernel empty = (in, out) -> assertEquals(0, in[0].shape().size(), name + " is not claimed");
        var theirs = run(arena, library.kernel(op, empty), node, x);
        int m = x.dim(-2), n = x.dim(-1);
        if (m == 0 || n == 0) return;
        int size = node.dim(-1) * (node.dtype().isComplex() ? 2 : 1);
        var elements = Data.read(x);
        for (int i = 0; i < elements.length / (m * n); i++) {
            var a = new double[m][n];
            for (int j = 0; j < m * n; j++) a[j / n][j % n] = elements[i * m * n + j];
            var want = test.facts.of(a, Arrays.copyOfRange(own, i * size, (i + 1) * size));
            var got = test.facts.of(a, Arrays.copyOfRange(theirs, i * size, (i + 1) * size));
            double bound = (node.dtype() == Dtype.FLOAT64 ? 1e-12 : 1e-5) * (m + n) * Math.max(1, largest(elements));
            for (int j = 0; j < want.length; j++)
                if (want[j] == want[j] || got[j] == got[j])
                    assertEquals(want[j], got[j], bound, test + " of " + name + ": fact " + j + " of matrix " + i);
        }
    }

    private static double[] run(Arena arena, Kernel kernel, Node node, Operand x) {
        int parts = node.dtype().isComplex() ? 2 : 1;
        var type = parts == 2 ? Dtype.FLOAT32 : node.dtype();
        var out = Data.fill(Data.dense(arena, type, Math.toIntExact(node.shape().size() * parts)), () -> 77);
        kernel.run(new Operand[] {x},
            new Operand(node.dtype(), node.shape(), GemmTest.dense(type, node.shape(), 0).strides(), out.address()));
        return Data.read(out);
    }

    private static double largest(double[] x) {
        return Arrays.stream(x).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    }

    @ParameterizedTest @EnumSource(Case.class) void everyShapeTypeAndLayout(Case test) {
        var library = library();
        var random = new Random(3);
        for (var type : TYPES)
            for (var layout : Layout.values())
                for (int[] dims : SHAPES) {
                    if (test.isSquare() && dims[dims.length - 1] != dims[dims.length - 2]) continue;
                    // rows that are all the same leave all but one vector free
                    if (layout == Layout.REPEATED && (test.isSquare() || test == Case.QR)) continue;
                    try (var arena = Arena.ofConfined()) {
                        var x = Data.random(Data.operand(arena, type, layout, dims), random);
                        compare(arena, library, test, x, type + " " + layout + " " + Arrays.toString(dims));
                    }
                }
    }

    @ParameterizedTest @EnumSource(Case.class) void hugeTinyAndNone(Case test) {
        var library = library();
        for (double scale : new double[] {1e-150, 1e-20, 0, 1, 1e20, 1e150})
            for (double odd : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
                if (test == Case.QR && odd != 0) continue; // each column has what the ones before it left
                if (test.name().startsWith("EIG") && Math.abs(Math.log10(scale)) > 30) continue; // results are float32
                try (var arena = Arena.ofConfined()) {
                    var x = Data.random(Data.dense(arena, Dtype.FLOAT64, 6, 6), new Random(4));
                    for (int i = 0; i < 36; i++) {
                        long at = x.address() + 8L * i;
                        Elements.putDouble(Dtype.FLOAT64, at, scale * Elements.getDouble(Dtype.FLOAT64, at));
                    }
                    Elements.putDouble(Dtype.FLOAT64, x.address() + 8L * 13, odd); // below the diagonal
                    compare(arena, library, test, x, scale + " and " + odd);
                }
            }
    }

    @Test void whatIsAboveTheDiagonalDoesNotCount() {
        try (var arena = Arena.ofConfined()) {
            var x = Data.random(Data.dense(arena, Dtype.FLOAT64, 6, 6), new Random(4));
            Elements.putDouble(Dtype.FLOAT64, x.address() + 8, Double.NaN);
            compare(arena, library(), Case.EIGH, x, "NaN above");
        }
    }

    @Test void manyThreadsAtOnce() throws Exception {
        var library = library();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var runs = IntStream.range(0, 16).<Future<?>>mapToObj(i -> threads.submit(() -> {
                try (var arena = Arena.ofConfined()) {
                    var x = Data.random(Data.dense(arena, Dtype.FLOAT64, 1 + i % 3, 90, 90), new Random(i));
                    compare(arena, library, Case.values()[i % Case.values().length], x, "thread " + i);
                }
            })).toList();
            for (var run : runs) run.get();
        }
    }
}
