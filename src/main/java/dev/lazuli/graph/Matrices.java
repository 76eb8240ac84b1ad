package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.stream.Stream;

/// What the factorisations and their derivatives are written in: triangles, diagonals, parts, and what they refuse.
final class Matrices {
    private Matrices() {}

    static void check(String op, Node x) {
        if (x.rank() < 2) throw new IllegalArgumentException(op + ": expected at least two axes, got " + x.shape());
        if (x.dtype() != Dtype.FLOAT32 && x.dtype() != Dtype.FLOAT64)
            throw new IllegalArgumentException(op + ": expected float32 or float64, got " + x.dtype());
    }

    static void checkSquare(String op, Node x) {
        if (x.rank() < 2 || x.dim(-1) != x.dim(-2))
            throw new IllegalArgumentException(op + ": expected square matrices, got " + x.shape());
    }

    /// The shape of the axes before the matrices, and others after them.
    static Shape lead(Node x, int... dims) { return x.shape().range(0, x.rank() - 2).concat(Shape.of(dims)); }

    static Node identity(int n, Dtype type) { return diagonals(n, n).to(type); }

    private static Node diagonals(int rows, int columns) { return Iota.of(rows).expand(1).eq(Iota.of(columns)); }

    /// Zeros above the `k`-th diagonal.
    static Node lower(Node x, int k) { return before(x, k).select(x.zero(), x); }

    /// Zeros below the `k`-th diagonal.
    static Node upper(Node x, int k) { return before(x, k - 1).select(x, x.zero()); }

    // Whether a place is to the right of the k-th diagonal.
    private static Node before(Node x, int k) {
        var row = Iota.of(x.dim(-2)).expand(1);
        return row.add(row.like(k)).lt(Iota.of(x.dim(-1)));
    }

    /// The first diagonal as a vector.
    static Node diagonal(Node x) {
        int n = Math.min(x.dim(-2), x.dim(-1));
        return diagonals(n, n).select(x.slice(-2, 0, n).slice(-1, 0, n), Node.constant(0, x.dtype())).sum(false, -1);
    }

    /// A matrix with another diagonal.
    static Node withDiagonal(Node x, Node diagonal) {
        return diagonals(x.dim(-2), x.dim(-1)).select(diagonal, x);
    }

    static Node adjoint(Node x) { return x.transpose().conjugate(); }

    /// The Hermitian matrix of which the lower triangle is given.
    static Node hermitian(Node x) { return lower(x, 0).add(adjoint(lower(x, -1))); }

    /// `1 / (x[j] - x[i])` at (i, j); 0 where both are equal: what turns vectors of equal values has no derivative.
    static Node gaps(Node x) {
        var gap = x.expand(-2).sub(x.expand(-1));
        var none = gap.eq(gap.zero());
        return none.select(gap.zero(), none.select(gap.one(), gap).reciprocal());
    }

    /// The elements of a flat row from a place on, as a matrix or vector.
    static Node part(Node flat, int from, int... dims) {
        var shape = Shape.of(dims);
        return flat.slice(-1, from, from + Math.toIntExact(shape.size()))
            .reshape(flat.shape().range(0, flat.rank() - 1).concat(shape));
    }

    /// Matrices and vectors behind the same leading axes in one flat row.
    static Node flat(Shape lead, Node... parts) {
        var rows = Stream.of(parts).map(p -> p.reshape(
            lead.concat(Shape.of(Math.toIntExact(p.shape().range(lead.rank(), p.rank()).size()))))).toList();
        return Concatenate.of(rows, -1);
    }
}
