package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The product of the matrices in the last two axes; the kind of operation that is linear in each of two inputs.
/// Where the result is `float32`, an operand may be of a half type.
public record MatMul() implements Structure {
    /// @param a (…, M, K), or (K) for one row
    /// @param b (…, K, N), or (K) for one column; leading axes broadcast
    public static Node of(Node a, Node b) {
        if (a.rank() == 0 || b.rank() == 0)
            throw new IllegalArgumentException("matmul: expected at least one axis, got " + a.shape() + " · "
                + b.shape());
        if (a.dim(-1) != b.dim(Math.max(-2, -b.rank())))
            throw new IllegalArgumentException("matmul: inner dimensions differ: " + a.shape() + " · " + b.shape());
        if (a.rank() == 1) return of(a.expand(0), b).squeeze(b.rank() == 1 ? 0 : -2);
        if (b.rank() == 1) return of(a, b.expand(1)).squeeze(-1);
        var dtype = a.dtype().promote(b.dtype());
        if (!dtype.isInexact())
            throw new IllegalArgumentException("matmul: expected floating-point operands, got " + a.dtype() + " and "
                + b.dtype());
        // One tall product: its gradient by b is one product too, not a sum over a batch of them.
        if (b.rank() == 2 && a.rank() > 2)
            return of(a.reshape(Shape.of(Math.toIntExact(lead(a).size() * a.dim(-2)), a.dim(-1))), b)
                .reshape(lead(a).concat(Shape.of(a.dim(-2), b.dim(-1))));
        var batch = lead(a).broadcast("matmul", lead(b));
        var left = operand(a, dtype).broadcast(batch.concat(a.shape().range(a.rank() - 2, a.rank())));
        var right = operand(b, dtype).broadcast(batch.concat(b.shape().range(b.rank() - 2, b.rank())));
        if (dtype.isComplex()) return complex(left, right);
        return Node.of(new MatMul(), List.of(left, right), batch.concat(Shape.of(a.dim(-2), b.dim(-1))), dtype);
    }

    // Half types are widened by the kernel, element by element: a matrix of weights is not copied for it.
    private static Node operand(Node x, Dtype dtype) {
        return dtype == Dtype.FLOAT32 && x.dtype().isFloat() ? x : x.to(dtype);
    }

    private static Shape lead(Node x) { return x.shape().range(0, x.rank() - 2); }

    private static Node complex(Node a, Node b) {
        var ar = Scalar.REAL_PART.of(a);
        var ai = Scalar.IMAGINARY_PART.of(a);
        var br = Scalar.REAL_PART.of(b);
        var bi = Scalar.IMAGINARY_PART.of(b);
        return Scalar.COMPLEX.of(of(ar, br).sub(of(ai, bi)), of(ar, bi).add(of(ai, br)));
    }

    @Override public String label() { return "matmul"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(ct.matmul(in.get(1).transpose()).to(in.get(0).dtype()),
            in.get(0).transpose().matmul(ct).to(in.get(1).dtype()));
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var left = tangents.get(0) == null ? null : tangents.get(0).matmul(in.get(1));
        var right = tangents.get(1) == null ? null : in.get(0).matmul(tangents.get(1));
        return left == null ? right : right == null ? left : left.add(right);
    }
}
