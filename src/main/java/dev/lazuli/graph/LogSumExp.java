package dev.lazuli.graph;

import java.util.List;

/// `log(sum(exp(x)))` along the last axis, which is gone; no overflow on the way.
public record LogSumExp() implements Composite {
    public static Node of(Node x, boolean keep, int... axes) {
        var y = x.to(x.dtype().toInexact());
        var over = y.shape().axes("logsumexp", axes);
        for (int a : over)
            if (y.dim(a) == 0)
                throw new IllegalArgumentException("logsumexp: no elements along axis " + a + " of " + y.shape());
        if (over.length == 1 && over[0] == y.rank() - 1 && !y.dtype().isComplex()) {
            var result = Node.of(new LogSumExp(), List.of(y), y.shape().without(-1), y.dtype());
            return keep ? result.expand(-1) : result;
        }
        var result = along(y, over);
        if (keep) return result;
        var shape = result.shape();
        for (int i = over.length - 1; i >= 0; i--) shape = shape.without(over[i]);
        return result.reshape(shape);
    }

    private static Node along(Node x, int... axes) {
        var max = StopGradient.of(x.max(true, axes));
        var finite = Scalar.LT.of(Scalar.ABS.of(max), max.like(Double.POSITIVE_INFINITY));
        var shift = Scalar.SELECT.of(finite, max, max.zero()); // rows of infinities must not subtract them
        return Scalar.LOG.of(Scalar.EXP.of(x.sub(shift)).sum(true, axes)).add(shift);
    }

    @Override public String label() { return "logsumexp"; }

    @Override public Node decompose(List<Node> in) { return along(in.getFirst(), -1).squeeze(-1); }
}
