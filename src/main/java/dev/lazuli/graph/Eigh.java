package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.List;

/// `A·V = V·diag(w)` of a symmetric or Hermitian A, of which the lower triangle is read: real values in ascending
/// order, and orthonormal columns.
public record Eigh(boolean vectors) implements Factorisation {
    /// @param upper whether the upper triangle of x is read, and not the lower one
    public static Node of(String op, Node x, boolean upper, boolean vectors) {
        Matrices.checkSquare(op, x);
        if (x.dtype() != Dtype.COMPLEX64) Matrices.check(op, x);
        int n = x.dim(-1);
        int size = vectors ? Math.toIntExact(n + (long) n * n) : n;
        return Node.of(new Eigh(vectors), List.of(upper ? Matrices.adjoint(x) : x), Matrices.lead(x, size), x.dtype());
    }

    /// The values, real.
    public static Node values(Node out, int n) {
        var w = Matrices.part(out, 0, n);
        return w.dtype().isComplex() ? Scalar.REAL_PART.of(w) : w;
    }

    public static Node vectors(Node out, int n) { return Matrices.part(out, n, n, n); }

    @Override public String label() { return "eigh"; }

    // With D = Vᴴ·dA·V: dw is its diagonal, and V turns by F∘D, where F is the inverse of w[j] - w[i].
    @Override public Node tangent(Node x, Node out, Node t) {
        int n = x.dim(-1);
        if (!vectors) return Matrices.part(new Eigh(true).tangent(x, of("eigh", x, false, true), t), 0, n);
        var v = vectors(out, n);
        var d = Matrices.adjoint(v).matmul(Matrices.hermitian(t)).matmul(v);
        var turned = v.matmul(Matrices.gaps(values(out, n)).mul(d));
        return Matrices.flat(Matrices.lead(x), Matrices.diagonal(d), turned);
    }
}
