package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.List;

/// `P·A = L·U` by partial pivoting, in one matrix of m rows: the n columns of U with L below the diagonal, without its
/// ones; then a column that says which row of A each row is, and one with the row each was exchanged for.
public record Lu() implements Factorisation {
    public static Node of(String op, Node x) {
        accepted(op, x);
        return Node.of(new Lu(), List.of(x), Matrices.lead(x, x.dim(-2), x.dim(-1) + 2), x.dtype());
    }

    /// The matrices themselves, if they are of a type that has factors.
    public static Node accepted(String op, Node x) {
        Matrices.check(op, x);
        return x;
    }

    /// Both triangles in one matrix.
    public static Node packed(Node out) { return out.slice(-1, 0, out.dim(-1) - 2); }

    /// L, its ones on the diagonal.
    public static Node lower(Node out) {
        var l = Matrices.lower(packed(out).slice(-1, 0, length(out)), -1);
        return Matrices.withDiagonal(l, l.one());
    }

    public static Node upper(Node out) { return Matrices.upper(packed(out).slice(-2, 0, length(out)), 0); }

    /// For each row of L·U its row of A.
    public static Node order(Node out) { return column(out, 2).squeeze(-1).to(Dtype.UINT32); }

    /// The row with which each of the first rows was exchanged, one after the other.
    public static Node pivots(Node out) {
        return column(out, 1).slice(-2, 0, length(out)).squeeze(-1).to(Dtype.UINT32);
    }

    private static Node column(Node out, int last) { return out.slice(-1, out.dim(-1) - last, out.dim(-1) - last + 1); }

    private static int length(Node out) { return Math.min(out.dim(-2), out.dim(-1) - 2); }

    @Override public String label() { return "lu"; }

    // With M = L⁻¹·P·dA·U⁻¹: dL = L·(M below the diagonal), dU = (the rest of M)·U; both filled up to squares.
    @Override public Node tangent(Node x, Node out, Node t) {
        int m = x.dim(-2), n = x.dim(-1), k = length(out);
        var l = square(Matrices.lower(packed(out).slice(-1, 0, k), -1), -1, m, 0);
        var u = square(upper(out), -2, n, k);
        var rows = Gather.of(t, column(out, 2).to(Dtype.UINT32).broadcast(x.shape()), -2);
        var half = TriangularSolve.of(l, rows, false).transpose();
        var both = TriangularSolve.of(u.transpose(), half, false).transpose();
        var moved = l.matmul(Matrices.lower(both, -1)).add(Matrices.upper(both, 0).matmul(u));
        return Concatenate.of(List.of(moved, Node.constant(0, x.dtype()).broadcast(Matrices.lead(x, m, 2))), -1);
    }

    // Zeros up to a square, and ones on the diagonal from a place on.
    private static Node square(Node x, int axis, int n, int ones) {
        var zeros = Node.constant(0, x.dtype()).broadcast(x.shape().with(axis, n - x.dim(axis)));
        var whole = Concatenate.of(List.of(x, zeros), axis);
        var place = Iota.of(n);
        return Matrices.withDiagonal(whole, place.lt(place.like(ones)).select(whole, whole.one()));
    }
}
