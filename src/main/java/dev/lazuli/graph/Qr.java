package dev.lazuli.graph;

import java.util.List;

/// `A = Q·R`: orthonormal columns, as many as A has at least rows or columns, and an upper triangle.
public record Qr() implements Factorisation {
    public static Node of(Node x) {
        Matrices.check("qr", x);
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        return Node.of(new Qr(), List.of(x), Matrices.lead(x, Math.toIntExact((long) k * (m + n))), x.dtype());
    }

    public static Node q(Node out, int m, int n) { return Matrices.part(out, 0, m, Math.min(m, n)); }

    public static Node r(Node out, int m, int n) {
        int k = Math.min(m, n);
        return Matrices.part(out, m * k, k, n);
    }

    @Override public String label() { return "qr"; }

    // With X = dA·R⁻¹ and C = Qᵀ·X: dQ = X - Q·(C - Ω) and dR = (C - Ω)·R, where Ω = tril(C, -1) - tril(C, -1)ᵀ;
    // columns beyond a square follow from Q.
    @Override public Node tangent(Node x, Node out, Node t) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        var q = q(out, m, n);
        var r = r(out, m, n);
        var first = r.slice(-1, 0, k);
        var moved = TriangularSolve.of(first.transpose(), t.slice(-1, 0, k).transpose(), false).transpose();
        var c = q.transpose().matmul(moved);
        var below = Matrices.lower(c, -1);
        var rest = c.sub(below).add(below.transpose());
        var dq = moved.sub(q.matmul(rest));
        var dr = rest.matmul(first);
        if (n > k)
            dr = Concatenate.of(List.of(dr, dq.transpose().matmul(x.slice(-1, k, n))
                .add(q.transpose().matmul(t.slice(-1, k, n)))), -1);
        return Matrices.flat(Matrices.lead(x), dq, dr);
    }
}
