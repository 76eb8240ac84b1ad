package dev.lazuli.graph;

import java.util.List;

/// `A = U·diag(s)·Vᵀ`: singular values from the largest on, between orthonormal columns and rows.
public record Svd(Vectors vectors) implements Factorisation {
    /// How many vectors there are beside the values: none, as many as values, or all of both spaces.
    public enum Vectors { NONE, THIN, FULL }

    public static Node of(String op, Node x, Vectors vectors) {
        Matrices.check(op, x);
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        long size = switch (vectors) {
            case NONE -> k;
            case THIN -> k + (long) k * (m + n);
            case FULL -> k + (long) m * m + (long) n * n;
        };
        return Node.of(new Svd(vectors), List.of(x), Matrices.lead(x, Math.toIntExact(size)), x.dtype());
    }

    private int columns(int m, int n) { return vectors == Vectors.FULL ? m : Math.min(m, n); }

    /// The values.
    public static Node s(Node out, int m, int n) { return Matrices.part(out, 0, Math.min(m, n)); }

    public Node u(Node out, int m, int n) { return Matrices.part(out, Math.min(m, n), m, columns(m, n)); }

    public Node vt(Node out, int m, int n) {
        return Matrices.part(out, Math.min(m, n) + m * columns(m, n), columns(n, m), n);
    }

    @Override public String label() { return "svd"; }

    // With D = Uᵀ·dA·V: ds is its diagonal; U turns by F∘(D·S + S·Dᵀ), V by F∘(S·D + Dᵀ·S), where F is the inverse of
    // s[j]² - s[i]². What leaves the space of the vectors is divided by s; what fills up a basis follows the others.
    @Override public Node tangent(Node x, Node out, Node t) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        if (vectors == Vectors.NONE) return s(new Svd(Vectors.THIN).tangent(x, of("svd", x, Vectors.THIN), t), m, n);
        var s = s(out, m, n);
        var allU = u(out, m, n);
        var allV = vt(out, m, n).transpose();
        var u = allU.slice(-1, 0, k);
        var v = allV.slice(-1, 0, k);
        var tv = t.matmul(v);
        var d = u.transpose().matmul(tv);
        var f = Matrices.gaps(s.mul(s));
        var columns = s.expand(-2);
        var rows = s.expand(-1);
        var du = u.matmul(f.mul(d.mul(columns).add(d.transpose().mul(rows))));
        var dv = v.matmul(f.mul(d.mul(rows).add(d.transpose().mul(columns))));
        var zero = columns.eq(columns.zero());
        var inverse = zero.select(columns.zero(), zero.select(columns.one(), columns).reciprocal());
        if (m > k) du = du.add(tv.sub(u.matmul(d)).mul(inverse));
        if (n > k) dv = dv.add(t.transpose().matmul(u).sub(v.matmul(d.transpose())).mul(inverse));
        return Matrices.flat(Matrices.lead(x), Matrices.diagonal(d), filled(allU, u, du),
            filled(allV, v, dv).transpose());
    }

    // U₁ᵀ·dU₂ = -dU₁ᵀ·U₂ keeps the basis orthonormal.
    private static Node filled(Node all, Node u, Node du) {
        int k = u.dim(-1);
        if (all.dim(-1) == k) return du;
        var rest = u.matmul(du.transpose().matmul(all.slice(-1, k, all.dim(-1)))).neg();
        return Concatenate.of(List.of(du, rest), -1);
    }
}
