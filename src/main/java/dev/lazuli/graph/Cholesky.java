package dev.lazuli.graph;

import java.util.List;

/// The lower triangle L of positive diagonal with `L·Lᵀ = A`; of A only the lower triangle is read.
public record Cholesky() implements Factorisation {
    public static Node of(Node x) {
        Matrices.checkSquare("cholesky", x);
        Matrices.check("cholesky", x);
        return Node.of(new Cholesky(), List.of(x), x.shape(), x.dtype());
    }

    @Override public String label() { return "cholesky"; }

    // dL = L·Φ(L⁻¹·dA·L⁻ᵀ), where Φ is the lower triangle with half the diagonal.
    @Override public Node tangent(Node x, Node l, Node t) {
        var half = TriangularSolve.of(l, Matrices.hermitian(t), false).transpose();
        var both = TriangularSolve.of(l, half, false);
        return l.matmul(Matrices.withDiagonal(Matrices.lower(both, -1), both.mul(both.like(0.5))));
    }
}
