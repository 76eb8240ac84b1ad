package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kind of operation that takes the matrices in the last two axes apart.
///
/// A node has one output: the factors lie flat, one after the other, along the last axis, and views show them. So one
/// run gives all of them, and no factor is computed for itself. Each declares its tangent only, which is linear in
/// that of the matrix: the cotangent is the transpose of it.
public sealed interface Factorisation extends Structure permits Cholesky, Lu, Qr, Svd, Eigh, Eig {
    /// The tangent of the factors for that of the matrix.
    Node tangent(Node x, Node out, Node t);

    @Override default Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        return tangent(in.getFirst(), out, tangents.getFirst());
    }

    @Override default List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(transpose(this, in.getFirst(), out, ct));
    }

    /// The cotangent of the one input of an operation whose tangent is linear in that of the input.
    static @Nullable Node transpose(Primitive op, Node in, Node out, Node ct) {
        // ends of their own, so that the walk does not look behind input and output
        var t = Hole.of(op.label(), in.shape(), in.dtype());
        var x = Node.of(new Identity(), List.of(in), in.shape(), in.dtype());
        var y = Node.of(new Identity(), List.of(out), out.shape(), out.dtype());
        var moved = op.jvp(List.of(x), y, Arrays.asList(t));
        return Autodiff.vjp(List.of(moved), List.of(ct), List.of(t, x, y)).getFirst();
    }
}
