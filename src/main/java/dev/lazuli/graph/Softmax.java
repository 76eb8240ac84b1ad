package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `exp(x - max(x)) / sum(exp(x - max(x)))` along the last axis.
public record Softmax() implements Composite {
    public static Node of(Node x, int... axes) {
        var y = x.to(x.dtype().toInexact());
        var over = y.shape().axes("softmax", axes);
        if (over.length != 1 || over[0] != y.rank() - 1 || y.dtype().isComplex()) return along(y, over);
        return Node.of(new Softmax(), List.of(y), y.shape(), y.dtype());
    }

    private static Node along(Node x, int... axes) {
        var e = Scalar.EXP.of(x.sub(StopGradient.of(x.max(true, axes))));
        return e.div(e.sum(true, axes));
    }

    @Override public String label() { return "softmax"; }

    @Override public Node decompose(List<Node> in) { return along(in.getFirst(), -1); }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(slope(out, ct));
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        return slope(out, tangents.getFirst());
    }

    // The Jacobian is symmetric: diag(y) - y·yᵀ.
    private static Node slope(Node y, Node t) {
        var yt = y.mul(t);
        return yt.sub(y.mul(yt.sum(true, -1)));
    }
}
