package dev.lazuli.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x / sqrt(mean(x²) + eps) · weight` along the last axis, computed in `float32` for half types.
public record RmsNorm(double eps) implements Composite {
    public static Node of(Node x, @Nullable Node weight, double eps) {
        Norm.check("rmsNorm", x, weight);
        if (weight == null) return Node.of(new RmsNorm(eps), List.of(x), x.shape(), x.dtype());
        var wide = x.to(x.dtype().promote(weight.dtype()));
        return Node.of(new RmsNorm(eps), List.of(wide, Norm.like(weight, wide)), x.shape(), wide.dtype());
    }

    @Override public String label() { return "rmsNorm"; }

    @Override public Node decompose(List<Node> in) {
        var x = Norm.widen(in.getFirst());
        var scale = x.mul(x).mean(true, -1);
        var y = x.mul(Scalar.RSQRT.of(scale.add(scale.like(eps)))).to(in.getFirst().dtype());
        return in.size() > 1 ? y.mul(in.get(1)) : y;
    }
}
