package dev.lazuli.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `(x - mean(x)) / sqrt(var(x) + eps) · weight + bias` along the last axis, in `float32` for half types.
///
/// @param weighted whether a weight follows `x` in the inputs
/// @param biased whether a bias comes last
public record LayerNorm(double eps, boolean weighted, boolean biased) implements Composite {
    public static Node of(Node x, @Nullable Node weight, @Nullable Node bias, double eps) {
        Norm.check("layerNorm", x, weight);
        Norm.check("layerNorm", x, bias);
        var dtype = x.dtype();
        if (weight != null) dtype = dtype.promote(weight.dtype());
        if (bias != null) dtype = dtype.promote(bias.dtype());
        var in = new java.util.ArrayList<Node>(List.of(x.to(dtype)));
        if (weight != null) in.add(Norm.like(weight, in.getFirst()));
        if (bias != null) in.add(Norm.like(bias, in.getFirst()));
        return Node.of(new LayerNorm(eps, weight != null, bias != null), in, x.shape(), dtype);
    }

    @Override public String label() { return "layerNorm"; }

    @Override public Node decompose(List<Node> in) {
        var x = Norm.widen(in.getFirst());
        var centred = x.sub(x.mean(true, -1));
        var variance = centred.mul(centred).mean(true, -1);
        var y = centred.mul(Scalar.RSQRT.of(variance.add(variance.like(eps)))).to(in.getFirst().dtype());
        if (weighted) y = y.mul(in.get(1));
        return biased ? y.add(in.getLast()) : y;
    }
}
