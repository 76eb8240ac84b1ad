package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.List;

/// `A·V = V·diag(w)` of any square A, complex: values in no order, and columns of length 1.
public record Eig(boolean vectors) implements Factorisation {
    public static Node of(String op, Node x, boolean vectors) {
        Matrices.checkSquare(op, x);
        if (x.dtype() != Dtype.COMPLEX64) Matrices.check(op, x);
        int n = x.dim(-1);
        int size = vectors ? Math.toIntExact(n + (long) n * n) : n;
        return Node.of(new Eig(vectors), List.of(x), Matrices.lead(x, size), Dtype.COMPLEX64);
    }

    public static Node values(Node out, int n) { return Matrices.part(out, 0, n); }

    public static Node vectors(Node out, int n) { return Matrices.part(out, n, n, n); }

    @Override public String label() { return "eig"; }

    // With D = V⁻¹·dA·V: dw is its diagonal, and V moves by F∘D, where F is the inverse of w[j] - w[i]; columns keep
    // their length.
    @Override public Node tangent(Node x, Node out, Node t) {
        int n = x.dim(-1);
        if (!vectors) return Matrices.part(new Eig(true).tangent(x, of("eig", x, true), t), 0, n);
        var v = vectors(out, n);
        var d = Solve.of("solve", v, t.to(Dtype.COMPLEX64).matmul(v));
        var moved = v.matmul(Matrices.gaps(values(out, n)).mul(d));
        var longer = Scalar.REAL_PART.of(v.conjugate().mul(moved)).sum(true, -2);
        return Matrices.flat(Matrices.lead(x), Matrices.diagonal(d), moved.sub(v.mul(longer)));
    }
}
