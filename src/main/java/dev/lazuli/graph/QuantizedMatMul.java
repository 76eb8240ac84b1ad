package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x · wᵀ`, or `x · w` if not `transpose`, where `w` stays packed. Inputs: x (…, M, K), and the parts of a [Packed].
public record QuantizedMatMul(Quantization format, boolean transpose) implements Composite {
    /// @param x (…, M, K) or (K); leading axes broadcast
    public static Node of(Node x, Packed w, boolean transpose) {
        w.check("quantizedMatmul");
        if (!x.dtype().isFloat())
            throw new IllegalArgumentException("quantizedMatmul: got " + x.dtype() + ", expected floating point");
        int rows = w.words().dim(-2);
        if (x.rank() == 0 || x.dim(-1) != (transpose ? w.columns() : rows))
            throw new IllegalArgumentException("quantizedMatmul: inner dimensions differ: " + x.shape() + " · "
                + w.words().shape() + " of " + w.format() + (transpose ? ", transposed" : ""));
        if (x.rank() == 1) return of(x.expand(0), w, transpose).squeeze(-2);
        var dtype = w.biases() == null ? x.dtype() : x.dtype().promote(w.scales().dtype());
        var xLead = x.shape().range(0, x.rank() - 2);
        var wLead = w.words().shape().range(0, w.words().rank() - 2);
        var lead = wLead.rank() == 0 ? xLead : xLead.broadcast("quantizedMatmul", wLead);
        var in = new ArrayList<Node>();
        in.add(spread(x.to(dtype), lead));
        for (var part : w.parts()) in.add(spread(part, lead));
        return Node.of(new QuantizedMatMul(w.format(), transpose), in,
            lead.concat(Shape.of(x.dim(-2), transpose ? rows : w.columns())), dtype);
    }

    private static Node spread(Node x, Shape lead) {
        return x.broadcast(lead.concat(x.shape().range(x.rank() - 2, x.rank())));
    }

    @Override public String label() { return "quantizedMatmul"; }

    // Weights are as exact as their packing, and halves of x are widened by the product.
    @Override public Node decompose(List<Node> in) {
        var x = in.getFirst();
        var w = Packed.of(format, in.subList(1, in.size())).dequantize(null);
        w = w.to(x.dtype().promote(Dtype.FLOAT32));
        return x.matmul(transpose ? w.transpose() : w).to(x.dtype());
    }

    // The gradient of x stays on packed weights; that of scales and biases follows from the meaning.
    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var back = new ArrayList<>(in);
        back.set(0, ct);
        var x = Node.of(new QuantizedMatMul(format, !transpose), back, in.getFirst().shape(), out.dtype());
        if (!format.isAffine()) return Arrays.asList(x, null, null);
        var rest = Composite.super.vjp(in, out, ct);
        return Arrays.asList(x, null, rest.get(2), rest.get(3));
    }
}
