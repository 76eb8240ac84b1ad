package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The X of `A·X = B`, A triangular: the other triangle is not read. A zero on the diagonal divides as numbers do.
public record TriangularSolve(boolean upper) implements Structure {
    /// Matrices of equal leading axes and one type.
    static Node of(Node a, Node b, boolean upper) {
        return Node.of(new TriangularSolve(upper), List.of(a, b), b.shape(), b.dtype());
    }

    /// @param b (…, n, k), or (n) for one column; leading axes broadcast
    public static Node of(String op, Node a, Node b, boolean upper) {
        return Solve.prepared(op, a, b, false, (x, y) -> of(x, y, upper));
    }

    public static Node inverse(Node a, boolean upper) {
        Matrices.checkSquare("triInv", a);
        Matrices.check("triInv", a);
        return of("triInv", a, Matrices.identity(a.dim(-1), a.dtype()), upper);
    }

    private Node triangle(Node x) { return upper ? Matrices.upper(x, 0) : Matrices.lower(x, 0); }

    @Override public String label() { return "solveTriangular"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node x, Node ct) {
        var b = of(in.getFirst().transpose(), ct, !upper);
        return Arrays.asList(triangle(b.matmul(x.transpose()).neg()), b);
    }

    @Override public @Nullable Node jvp(List<Node> in, Node x, List<@Nullable Node> tangents) {
        var b = in.get(1).orZero(tangents.get(1));
        return of(in.getFirst(), tangents.getFirst() == null ? b : b.sub(triangle(tangents.getFirst()).matmul(x)),
            upper);
    }
}
