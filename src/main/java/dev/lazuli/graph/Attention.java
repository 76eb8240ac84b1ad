package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `softmax(scale · q·kᵀ + mask) · v` over the last three axes, heads × positions × features.
///
/// Inputs: q (…, H, T, D), k (…, G, S, D), v (…, G, S, E) with G a divisor of H, each key head serving H/G query heads
/// in order; then a mask (…, H, T, S) if masked, and sinks (…, H), which only enter the denominator, if sunk.
///
/// @param causal whether a query sees only the keys up to its own, the last query being at the last key
public record Attention(double scale, boolean causal, boolean masked, boolean sunk) implements Composite {
    public static Node of(Node q, Node k, Node v, double scale, boolean causal, @Nullable Node mask,
                          @Nullable Node sinks) {
        check(q, k, v);
        var dtype = q.dtype().promote(k.dtype()).promote(v.dtype());
        if (!dtype.isFloat())
            throw new IllegalArgumentException("scaledDotProductAttention: expected floating point, got " + dtype);
        var lead = q.shape().range(0, q.rank() - 3);
        var in = new java.util.ArrayList<>(List.of(q, k, v));
        if (mask != null) {
            if (!mask.dtype().isBool() && mask.dtype().promote(dtype) != dtype)
                throw new IllegalArgumentException("scaledDotProductAttention: expected a mask that promotes to "
                    + dtype + ", got " + mask.dtype());
            var scores = lead.concat(Shape.of(q.dim(-3), q.dim(-2), k.dim(-2)));
            in.add(Broadcast.of("scaledDotProductAttention", mask, scores));
        }
        if (sinks != null) in.add(sinks.to(dtype).broadcast(lead.concat(Shape.of(q.dim(-3)))));
        return Node.of(new Attention(scale, causal, mask != null, sinks != null), in, q.shape().with(-1, v.dim(-1)),
            dtype);
    }

    private static void check(Node q, Node k, Node v) {
        var fits = q.rank() >= 3 && k.rank() == q.rank() && v.rank() == q.rank() && q.dim(-1) == k.dim(-1)
            && k.dim(-2) == v.dim(-2) && k.dim(-3) == v.dim(-3) && k.dim(-3) > 0 && q.dim(-3) % k.dim(-3) == 0;
        for (int i = 0; fits && i < q.rank() - 3; i++) fits = q.dim(i) == k.dim(i) && q.dim(i) == v.dim(i);
        if (!fits)
            throw new IllegalArgumentException("scaledDotProductAttention: expected q (B, H, T, D), k (B, G, S, D) and "
                + "v (B, G, S, E) with G dividing H, got " + q.shape() + ", " + k.shape() + ", " + v.shape());
    }

    @Override public String label() { return "scaledDotProductAttention"; }

    // Nobody computes the cotangent of the mask who does not ask for it.
    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        if (sunk) return plain(in, ct);
        var found = AttentionGradient.parts(AttentionGradient.of(this, in, out, ct), in);
        if (masked && !in.get(3).dtype().isBool()) found.set(3, plain(in, ct).get(3));
        return found;
    }

    /// The cotangents of the meaning.
    List<@Nullable Node> plain(List<Node> in, Node ct) { return Composite.super.vjp(in, ct, ct); }

    @Override public Node decompose(List<Node> in) {
        var q = in.get(0);
        int groups = in.get(1).dim(-3);
        int each = q.dim(-3) / groups;
        var dtype = q.dtype().promote(in.get(1).dtype()).promote(in.get(2).dtype());
        var lead = q.shape().range(0, q.rank() - 3);
        var split = lead.concat(Shape.of(groups, each));
        var queries = q.mul(q.like(scale)).reshape(split.concat(q.shape().range(q.rank() - 2, q.rank())));
        var scores = queries.matmul(in.get(1).expand(-3).transpose());
        int t = scores.dim(-2);
        int s = scores.dim(-1);
        var low = scores.like(Double.NEGATIVE_INFINITY);
        if (causal) {
            var last = Iota.of(t).expand(-1);
            scores = Scalar.SELECT.of(Scalar.LE.of(Iota.of(s), last.add(last.like(s - t))), scores, low);
        }
        if (masked) {
            var mask = in.get(3).reshape(scores.shape());
            scores = mask.dtype().isBool() ? Scalar.SELECT.of(mask, scores, low) : scores.add(mask);
        }
        if (dtype.bytes() < 4) scores = scores.to(Dtype.FLOAT32);
        Node weights;
        if (sunk) {
            var sink = in.getLast().to(scores.dtype()).reshape(split).expand(-1).expand(-1)
                .broadcast(scores.shape().with(-1, 1));
            weights = Softmax.of(Concatenate.of(List.of(scores, sink), -1), -1).slice(-1, 0, s);
        } else weights = Softmax.of(scores, -1);
        return weights.to(dtype).matmul(in.get(2).expand(-3)).reshape(q.shape().with(-1, in.get(2).dim(-1)));
    }
}
