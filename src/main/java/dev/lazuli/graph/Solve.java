package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// The X of `A·X = B`, by elimination with partial pivoting.
public record Solve() implements Structure {
    /// @param a (…, n, n), real or complex
    /// @param b (…, n, k), or (n) for one column; leading axes broadcast
    public static Node of(String op, Node a, Node b) {
        return prepared(op, a, b, true, (x, y) -> x.dtype().isComplex() ? complex(x, y) : of(x, y));
    }

    private static Node of(Node a, Node b) { return Node.of(new Solve(), List.of(a, b), b.shape(), b.dtype()); }

    /// Both sides in one type, leading axes broadcast, a vector made a column.
    static Node prepared(String op, Node a, Node b, boolean complex, BinaryOperator<Node> solve) {
        Matrices.checkSquare(op, a);
        int n = a.dim(-1);
        if (b.rank() == 0 || b.dim(Math.max(-2, -b.rank())) != n)
            throw new IllegalArgumentException(op + ": expected a right side of " + n + " rows for " + a.shape()
                + ", got " + b.shape());
        if (b.rank() == 1) return prepared(op, a, b.expand(1), complex, solve).squeeze(-1);
        var type = a.dtype().promote(b.dtype());
        if (type.bytes() < 4 || !type.isInexact() || type.isComplex() && !complex)
            throw new IllegalArgumentException(op + ": expected float32" + (complex ? ", float64 or complex64" :
                " or float64") + ", got " + a.dtype() + " and " + b.dtype());
        var lead = Matrices.lead(a).broadcast(op, Matrices.lead(b));
        return solve.apply(a.to(type).broadcast(lead.concat(Shape.of(n, n))),
            b.to(type).broadcast(lead.concat(Shape.of(n, b.dim(-1)))));
    }

    // A complex system is a real one of twice the size.
    private static Node complex(Node a, Node b) {
        var re = Scalar.REAL_PART.of(a);
        var im = Scalar.IMAGINARY_PART.of(a);
        var both = Concatenate.of(List.of(Concatenate.of(List.of(re, im.neg()), -1),
            Concatenate.of(List.of(im, re), -1)), -2);
        var x = of(both, Concatenate.of(List.of(Scalar.REAL_PART.of(b), Scalar.IMAGINARY_PART.of(b)), -2));
        int n = a.dim(-1);
        return Scalar.COMPLEX.of(x.slice(-2, 0, n), x.slice(-2, n, 2 * n));
    }

    /// The inverse of a matrix.
    public static Node inverse(Node a) {
        Matrices.checkSquare("inv", a);
        if (a.dtype() != Dtype.COMPLEX64) Matrices.check("inv", a);
        return of("inv", a, Matrices.identity(a.dim(-1), a.dtype()));
    }

    @Override public String label() { return "solve"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node x, Node ct) {
        var b = of(in.getFirst().transpose(), ct);
        return Arrays.asList(b.matmul(x.transpose()).neg(), b);
    }

    @Override public @Nullable Node jvp(List<Node> in, Node x, List<@Nullable Node> tangents) {
        var b = in.get(1).orZero(tangents.get(1));
        return of(in.getFirst(), tangents.getFirst() == null ? b : b.sub(tangents.getFirst().matmul(x)));
    }
}
