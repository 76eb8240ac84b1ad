package dev.lazuli;

import static dev.lazuli.Index.ellipsis;
import static dev.lazuli.Index.to;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Factors are those of their matrix, of any size, rank and scale.
class LinalgTest {
    private record Sample(String name, Array x) {
        @Override public String toString() { return name; }
    }

    private static final Random RANDOM = new Random(5);
    private static final int[] SIZES = {0, 1, 2, 3, 7, 33, 100};

    private static Array random(Dtype type, int... dims) {
        int size = IntStream.of(dims).reduce(1, (a, b) -> a * b);
        return array(RANDOM.doubles(size, -1, 1).toArray(), dims).to(type);
    }

    static Stream<Sample> matrices() {
        var samples = new ArrayList<Sample>();
        for (var type : List.of(Dtype.FLOAT32, Dtype.FLOAT64)) {
            for (int m : SIZES)
                for (int n : new int[] {0, 1, 3, 33, m, m + 1})
                    samples.add(new Sample(m + " × " + n + " " + type, random(type, m, n)));
            samples.add(new Sample("a batch " + type, random(type, 2, 3, 5, 4)));
            samples.add(new Sample("no batch " + type, random(type, 0, 5, 4)));
            samples.add(new Sample("a transposed view " + type, swapaxes(random(type, 2, 9, 6), -1, -2)));
            samples.add(new Sample("zeros " + type, zeros(type, 6, 4)));
            samples.add(new Sample("rank 1 " + type, ones(type, 5, 7)));
            samples.add(new Sample("rows that are one " + type, random(type, 1, 33).broadcastTo(33, 33)));
            samples.add(new Sample("rank 2 " + type, random(type, 40, 2).matmul(random(type, 2, 40))));
            samples.add(new Sample("two zero columns " + type, random(type, 8, 8).mul(arange(8).lt(6).to(type))));
            samples.add(new Sample("diagonal " + type, diag(arange(6).to(type), 0)));
        }
        var scales = array(1e-150, 1, 1e150, 1e-8);
        samples.add(new Sample("rows of all scales", random(Dtype.FLOAT64, 4, 4).mul(scales.reshape(4, 1))));
        samples.add(new Sample("columns of all scales", random(Dtype.FLOAT64, 6, 4).mul(scales)));
        samples.add(new Sample("huge", random(Dtype.FLOAT64, 5, 5).mul(1e300)));
        samples.add(new Sample("tiny", random(Dtype.FLOAT64, 5, 5).mul(1e-300)));
        samples.add(new Sample("Hilbert's", arange(12).reshape(12, 1).add(arange(12)).add(1).to(Dtype.FLOAT64)
            .divInto(1)));
        return samples.stream();
    }

    static Stream<Sample> squares() {
        return matrices().filter(s -> s.x().dim(-1) == s.x().dim(-2));
    }

    // ---- what is compared --------------------------------------------------------------------------------------

    private static double largest(Array x) {
        double most = 0;
        for (double v : x.toDoubleArray()) {
            if (Double.isNaN(v)) return v;
            most = Math.max(most, Math.abs(v));
        }
        return most;
    }

    /// Equal to some units in the last place of the largest element.
    private static void near(Array want, Array got, double scale) {
        assertEquals(want.shape(), got.shape());
        double eps = got.dtype() == Dtype.FLOAT64 ? 0x1p-52 : 0x1p-23;
        int n = IntStream.of(want.shape().dims()).max().orElse(1);
        double bound = eps * scale * (10 + 4.0 * n);
        double error = largest(want.sub(got));
        assertTrue(error <= bound, () -> "error " + error + ", allowed " + bound);
    }

    private static void near(Array want, Array got) { near(want, got, largest(want)); }

    private static Array across(Array x) { return swapaxes(x, -1, -2); }

    private static void orthonormal(Array q) {
        var product = conjugate(across(q)).matmul(q);
        near(eye(q.dim(-1), q.dim(-1), 0, q.dtype()).broadcastTo(product.shape().dims()), product, 1);
    }

    private static Array columns(Array x, int count) { return x.get(ellipsis(), to(count)); }

    private static Array triangle(Array x) {
        int n = x.dim(-1);
        return tril(x, 0).mul(0.3).add(eye(n, n, 0, x.dtype()).mul(2));
    }

    private static Array positive(Array x) {
        int n = x.dim(-1);
        return x.matmul(across(x)).add(eye(n, n, 0, x.dtype()).mul(0.5));
    }

    // ---- factors -----------------------------------------------------------------------------------------------

    @ParameterizedTest @MethodSource("matrices")
    void svdIsTheMatrix(Sample sample) {
        var x = sample.x();
        var svd = Linalg.svd(x);
        int k = Math.min(x.dim(-1), x.dim(-2));
        orthonormal(svd.u());
        orthonormal(across(svd.vt()));
        near(x, columns(svd.u(), k).mul(expandDims(svd.s(), -2)).matmul(across(columns(across(svd.vt()), k))));
        near(svd.s(), Linalg.svdvals(x));
        near(svd.s(), negative(sort(negative(abs(svd.s())), -1)), 0);
    }

    @ParameterizedTest @MethodSource("matrices")
    void qrIsTheMatrix(Sample sample) {
        var qr = Linalg.qr(sample.x());
        orthonormal(qr.q());
        near(triu(qr.r(), 0), qr.r(), 0);
        near(sample.x(), qr.q().matmul(qr.r()));
    }

    @ParameterizedTest @MethodSource("matrices")
    void luIsTheMatrix(Sample sample) {
        var x = sample.x();
        var lu = Linalg.lu(x);
        near(tril(lu.l(), 0), lu.l(), 0);
        near(triu(lu.u(), 0), lu.u(), 0);
        var rows = expandDims(lu.p(), -1).broadcastTo(lu.l().shape().dims());
        near(x, takeAlongAxis(lu.l(), rows, -2).matmul(lu.u()));
        if (lu.l().size() > 0) assertTrue(largest(lu.l()) <= 1, "no factor is above 1");
    }

    @ParameterizedTest @MethodSource("squares")
    void eighIsTheTriangle(Sample sample) {
        for (boolean upper : new boolean[] {false, true}) {
            var x = upper ? triu(sample.x(), 0).add(across(triu(sample.x(), 1)))
                : tril(sample.x(), 0).add(across(tril(sample.x(), -1)));
            var eigen = Linalg.eigh(sample.x(), upper);
            orthonormal(eigen.vectors());
            near(x, eigen.vectors().mul(expandDims(eigen.values(), -2)).matmul(across(eigen.vectors())));
            near(eigen.values(), Linalg.eigvalsh(sample.x(), upper), largest(x));
            near(sort(eigen.values(), -1), eigen.values(), 0);
        }
    }

    private static Array complex(int... dims) {
        return Array.of(Scalar.COMPLEX.of(random(Dtype.FLOAT32, dims).node(), random(Dtype.FLOAT32, dims).node()));
    }

    @Test void systemsOfComplexNumbersAreSolved() {
        for (int n : SIZES) {
            var x = complex(2, n, n).add(eye(n).mul(n));
            var b = complex(n, 3);
            near(b.broadcastTo(2, n, 3), x.matmul(Linalg.solve(x, b)), n);
            near(eye(n).to(Dtype.COMPLEX64).broadcastTo(2, n, n), Linalg.inv(x).matmul(x), n);
        }
    }

    @Test void normsOfHalves() {
        var x = array(new float[] {3, 0, 0, 0, -4, 0}, 2, 3).to(Dtype.FLOAT16);
        for (double order : new double[] {1, 2, Double.POSITIVE_INFINITY})
            near(scalar(4, Dtype.FLOAT16), Linalg.norm(x, order));
        near(scalar(7, Dtype.FLOAT16), Linalg.norm(x, Linalg.Norm.NUCLEAR, false));
        near(scalar(5, Dtype.FLOAT16), Linalg.norm(x));
        near(ones(Dtype.FLOAT16, 1, 1).mul(7), Linalg.norm(x, Linalg.Norm.NUCLEAR, true, 1, 0));
    }

    @Test void eighOfComplexMatrices() {
        for (int n : SIZES) {
            var z = complex(2, n, n);
            var x = z.add(conjugate(across(z)));
            var eigen = Linalg.eigh(x);
            assertEquals(Dtype.FLOAT32, eigen.values().dtype());
            orthonormal(eigen.vectors());
            near(x, eigen.vectors().mul(expandDims(eigen.values(), -2)).matmul(conjugate(across(eigen.vectors()))));
        }
    }

    @ParameterizedTest @MethodSource("squares")
    void eigHasTheVectors(Sample sample) {
        double size = largest(sample.x());
        if (size > 1e30 || size > 0 && size < 1e-30) return; // complex numbers have single precision
        var eigen = Linalg.eig(sample.x());
        var x = sample.x().to(Dtype.COMPLEX64);
        near(x.matmul(eigen.vectors()), eigen.vectors().mul(expandDims(eigen.values(), -2)),
            Math.max(1, sample.x().dim(-1)) * size);
        var length = sum(square(abs(eigen.vectors())), -2);
        near(onesLike(length), length, 1);
        near(sum(eigen.values(), -1), trace(x, 0, -2, -1), Math.max(1, sample.x().dim(-1)) * size);
    }

    @Test void eigOfMatricesWithoutAllVectors() {
        var jordan = eye(5, 5, 0, Dtype.FLOAT64).mul(3).add(eye(5, 5, 1, Dtype.FLOAT64));
        var turn = eye(6, 6, 1, Dtype.FLOAT32).add(eye(6, 6, -5, Dtype.FLOAT32));
        for (var x : List.of(jordan, turn)) {
            var eigen = Linalg.eig(x);
            near(x.to(Dtype.COMPLEX64).matmul(eigen.vectors()),
                eigen.vectors().mul(expandDims(eigen.values(), -2)), 5);
        }
        near(ones(6), abs(Linalg.eigvals(turn)));
    }

    @ParameterizedTest @MethodSource("squares")
    void systemsAreSolved(Sample sample) {
        var x = sample.x();
        double size = largest(x);
        if (size > 2) return;
        var a = positive(x);
        var b = random(x.dtype(), a.dim(-1), 3);
        double scale = 100 * a.dim(-1);
        near(b.broadcastTo(a.matmul(b).shape().dims()), a.matmul(Linalg.solve(a, b)), scale);
        var one = eye(a.dim(-1), a.dim(-1), 0, a.dtype()).broadcastTo(a.shape().dims());
        near(one, a.matmul(Linalg.inv(a)), scale);
        var l = Linalg.cholesky(a);
        near(tril(l, 0), l, 0);
        near(a, l.matmul(across(l)));
        near(l, across(Linalg.cholesky(a, true)));
        near(one, a.matmul(Linalg.choleskyInv(l, false)), scale);
        near(one, a.matmul(Linalg.choleskyInv(across(l), true)), scale);
        var t = triangle(x);
        near(one, t.matmul(Linalg.triInv(t, false)), scale);
        near(b.broadcastTo(t.matmul(b).shape().dims()), t.matmul(Linalg.solveTriangular(t, b, false)), scale);
        near(b.broadcastTo(t.matmul(b).shape().dims()), across(t).matmul(Linalg.solveTriangular(across(t), b, true)),
            scale);
        var logs = Linalg.slogdet(a);
        near(sum(log(diagonal(l, 0, -2, -1)), -1).mul(2), logs.logabsdet(), scale);
        near(onesLike(logs.sign()), logs.sign(), 0);
        if (a.dim(-1) < 20) near(exp(logs.logabsdet()), Linalg.det(a), scale * largest(Linalg.det(a)));
    }

    @ParameterizedTest @MethodSource("matrices")
    void pinvIsPenroses(Sample sample) {
        var x = sample.x();
        if (sample.name().contains("scales") || sample.name().equals("Hilbert's")) return; // their rank is a choice
        if (largest(x) > 1e30 || largest(x) > 0 && largest(x) < 1e-30) return;
        var p = Linalg.pinv(x);
        assertEquals(across(x).shape(), p.shape());
        double scale = 10 * Math.max(1, largest(x)) * Math.max(1, largest(p)) * Math.max(x.dim(-1), x.dim(-2));
        near(x, x.matmul(p).matmul(x), scale);
        near(p, p.matmul(x).matmul(p), scale * Math.max(1, largest(p)));
        near(across(x.matmul(p)), x.matmul(p), scale);
    }

    // ---- where there is no answer ------------------------------------------------------------------------------

    @Test void singularMatrices() {
        var singular = stack(List.of(eye(3), ones(3, 3)), 0);
        assertEquals("solve: matrix 1 is singular",
            assertThrows(ArithmeticException.class, () -> eval(Linalg.inv(singular))).getMessage());
        assertEquals("solve: the matrix is singular",
            assertThrows(ArithmeticException.class, () -> eval(Linalg.solve(zeros(2, 2), ones(2)))).getMessage());
        assertArrayEquals(new double[] {1, 0}, Linalg.det(singular).toDoubleArray());
        assertArrayEquals(new double[] {0, Double.NEGATIVE_INFINITY}, new double[] {
            Linalg.slogdet(ones(4, 4)).sign().item(), Linalg.slogdet(ones(4, 4)).logabsdet().item()});
        assertArrayEquals(new double[] {Double.POSITIVE_INFINITY, 0.5},
            Linalg.solveTriangular(diag(array(0f, 2f), 0), ones(2), false).toDoubleArray());
    }

    @Test void matricesThatAreNotPositiveDefinite() {
        var x = array(new float[] {1, 2, 2, 1}, 2, 2);
        assertEquals("cholesky: the matrix is not positive definite: -3.0 at (1, 1)",
            assertThrows(ArithmeticException.class, () -> eval(Linalg.cholesky(x))).getMessage());
    }

    @Test void numbersThatAreNone() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            var x = eye(4).at(Index.at(1), Index.at(2)).set(value).at(Index.at(2), Index.at(1)).set(value);
            for (Supplier<Array> f : List.<Supplier<Array>>of(() -> Linalg.svdvals(x), () -> Linalg.eigvalsh(x),
                () -> Linalg.svd(x).u(), () -> Linalg.eigh(x).vectors(), () -> real(Linalg.eigvals(x)),
                () -> real(Linalg.eig(x).vectors())))
                assertTrue(all(isnan(f.get())).itemBoolean());
        }
    }

    @Test void messages() {
        refused("inv: expected square matrices, got (2, 3)", () -> Linalg.inv(ones(2, 3)));
        refused("cholesky: expected float32 or float64, got int32", () -> Linalg.cholesky(ones(Dtype.INT32, 2, 2)));
        refused("svd: expected at least two axes, got (3,)", () -> Linalg.svd(ones(3)));
        refused("solve: expected a right side of 2 rows for (2, 2), got (3, 1)",
            () -> Linalg.solve(ones(2, 2), ones(3, 1)));
        refused("norm: matrices have no norm of order 3.0", () -> Linalg.norm(ones(2, 2), 3));
        refused("norm: expected two axes for NUCLEAR, got 1 of (2,)",
            () -> Linalg.norm(ones(2), Linalg.Norm.NUCLEAR, false));
        refused("cross: expected 2 or 3 numbers along axis -1, got (4,)", () -> Linalg.cross(ones(4), ones(4)));
    }

    private static void refused(String message, Supplier<Object> call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::get).getMessage());
    }

    // ---- derivatives where factors have none -------------------------------------------------------------------

    @Test void gradientsAtEqualValues() {
        // functions of the matrix that do not depend on which vectors were chosen
        UnaryOperator<Array> product = x -> {
            var svd = Linalg.svd(x);
            return sum(svd.u().mul(expandDims(svd.s(), -2)).matmul(svd.vt()).mul(arange(9).reshape(3, 3)));
        };
        near(arange(9).reshape(3, 3).to(Dtype.FLOAT64),
            grad((Array x) -> sum(Linalg.pinv(Linalg.pinv(x)).mul(arange(9).reshape(3, 3))))
                .apply(eye(3, 3, 0, Dtype.FLOAT64)));
        near(eye(3), grad((Array x) -> sum(Linalg.eigvalsh(x))).apply(eye(3)));
        near(eye(3), grad((Array x) -> Linalg.norm(x, Linalg.Norm.NUCLEAR, false)).apply(eye(3)));
        assertTrue(all(isfinite(grad((Array x) -> product.apply(x)).apply(ones(3, 3)))).itemBoolean());
    }

    @Test void theDeterminantOfASingularMatrixHasAGradient() {
        var x = array(new float[] {1, 2, 3, 2, 4, 6, 1, 0, 1}, 3, 3);
        near(array(new float[] {4, 4, -4, -2, -2, 2, 0, 0, 0}, 3, 3), grad((Array a) -> Linalg.det(a)).apply(x));
    }

    @Test void batchesAreLoops() {
        var x = random(Dtype.FLOAT64, 4, 5, 5);
        var b = random(Dtype.FLOAT64, 5, 2);
        for (UnaryOperator<Array> f : List.<UnaryOperator<Array>>of(Linalg::inv, Linalg::pinv, Linalg::det,
            a -> Linalg.solve(a, b), a -> Linalg.lu(a).p(), a -> Linalg.qr(a).r(), a -> Linalg.svd(a).u(),
            a -> Linalg.eigh(a).vectors(), a -> Linalg.cholesky(positive(a)), a -> Linalg.norm(a, 2),
            a -> Linalg.cross(a.get(Index.all(), to(3)), a.get(Index.all(), to(3)).mul(a.get(Index.all(), to(3)))))) {
            var loop = stack(IntStream.range(0, 4).mapToObj(i -> f.apply(x.get(i))).toList(), 0);
            near(loop, vmap((Array a) -> f.apply(a)).apply(x));
        }
    }
}
