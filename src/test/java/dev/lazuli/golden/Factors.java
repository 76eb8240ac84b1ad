package dev.lazuli.golden;

import static dev.lazuli.Index.ellipsis;
import static dev.lazuli.Index.to;
import static dev.lazuli.Lazuli.abs;
import static dev.lazuli.Lazuli.conjugate;
import static dev.lazuli.Lazuli.expandDims;
import static dev.lazuli.Lazuli.eye;
import static dev.lazuli.Lazuli.onesLike;
import static dev.lazuli.Lazuli.sum;
import static dev.lazuli.Lazuli.swapaxes;
import static dev.lazuli.Lazuli.triu;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lazuli.Array;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.List;

/// Whether factors are those of a matrix, where signs and order of vectors are free: their product, and what is right
/// angles among them.
final class Factors {
    private Factors() {}

    /// Whether this is a check of factors, and passed.
    static boolean run(String check, Array x, List<Array> want, List<Array> got, Compare compare) {
        boolean complex = want.getFirst().dtype().isComplex();
        boolean known = List.of("svd", "qr", "eigh", "eig").contains(check) || complex && check.equals("multiset");
        if (!known) return false;
        assertEquals(want.stream().map(a -> a.dtype() + " " + a.shape()).toList(),
            got.stream().map(a -> a.dtype() + " " + a.shape()).toList());
        var first = got.getFirst();
        switch (check) {
            case "svd" -> {
                compare.all("values", List.of(want.get(1)), List.of(got.get(1)));
                svd(x, first, got.get(1), got.get(2), compare);
            }
            case "qr" -> qr(x, first, got.get(1), compare);
            case "eigh" -> {
                compare.all("values", List.of(want.getFirst()), List.of(first));
                eigh(x, first, got.get(1), compare);
            }
            case "eig" -> {
                multiset(want.getFirst(), first, compare);
                eig(x, first, got.get(1), compare);
            }
            default -> multiset(want.getFirst(), first, compare);
        }
        return true;
    }

    private static Array adjoint(Array x) { return conjugate(swapaxes(x, -1, -2)); }

    private static void equal(String what, Array want, Array got, Compare compare) {
        compare.all(what, List.of(want), List.of(got));
    }

    static void orthonormal(Array q, Compare compare) {
        var product = adjoint(q).matmul(q);
        equal("orthonormal", eye(q.dim(-1), q.dim(-1), 0, q.dtype()).broadcastTo(product.shape().dims()), product,
            compare);
    }

    static void svd(Array x, Array u, Array s, Array vt, Compare compare) {
        int k = s.dim(-1);
        orthonormal(u, compare);
        orthonormal(swapaxes(vt, -1, -2), compare);
        equal("product", x, u.get(ellipsis(), to(k)).mul(expandDims(s, -2))
            .matmul(swapaxes(swapaxes(vt, -1, -2).get(ellipsis(), to(k)), -1, -2)), compare);
    }

    static void qr(Array x, Array q, Array r, Compare compare) {
        orthonormal(q, compare);
        equal("triangle", triu(r, 0), r, new Compare(0, 0));
        equal("product", x, q.matmul(r), compare);
    }

    static void eigh(Array x, Array w, Array v, Compare compare) {
        orthonormal(v, compare);
        equal("product", x, v.mul(expandDims(w, -2)).matmul(adjoint(v)), compare);
    }

    static void eig(Array x, Array w, Array v, Compare compare) {
        var length = sum(abs(v).mul(abs(v)), -2);
        equal("length", onesLike(length), length, compare);
        equal("product", x.to(Dtype.COMPLEX64).matmul(v), v.mul(expandDims(w, -2)), compare);
    }

    // Complex rows, each number beside the nearest one that is left.
    private static void multiset(Array want, Array got, Compare compare) {
        int n = want.dim(-1);
        double[] a = want.toDoubleArray(), b = got.toDoubleArray();
        for (int row = 0; row < a.length; row += 2 * n) {
            var left = new ArrayList<Integer>();
            for (int i = 0; i < n; i++) left.add(row + 2 * i);
            for (int i = row; i < row + 2 * n; i += 2) {
                double re = a[i], im = a[i + 1];
                var near = left.stream().min(java.util.Comparator.comparingDouble(
                    j -> Math.hypot(b[j] - re, b[j + 1] - im))).orElseThrow();
                double error = Math.hypot(b[near] - re, b[near + 1] - im);
                if (!(error <= compare.atol() + compare.rtol() * Math.hypot(re, im)))
                    fail("expected " + re + " + " + im + "i among " + got + ", the nearest is " + error + " away");
                left.remove(near);
            }
        }
    }
}
