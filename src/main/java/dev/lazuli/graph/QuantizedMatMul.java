package dev.lazuli.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x · wᵀ`, or `x · w` if not `transpose`, where `w` stays packed. Inputs: x (…, M, K), words, scales, biases.
public record QuantizedMatMul(Affine format, boolean transpose) implements Composite {
    @Override public String label() { return "quantizedMatmul"; }

    @Override public Node decompose(List<Node> in) {
        var x = in.getFirst();
        var w = format.dequantize(in.get(1), in.get(2), in.get(3)).to(x.dtype());
        return x.matmul(transpose ? w.transpose() : w);
    }

    // The gradient of x stays on packed weights; that of scales and biases follows from the meaning.
    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var back = Node.of(new QuantizedMatMul(format, !transpose), List.of(ct, in.get(1), in.get(2), in.get(3)),
            in.getFirst().shape(), out.dtype());
        var rest = Composite.super.vjp(in, out, ct);
        return Arrays.asList(back, null, rest.get(2), rest.get(3));
    }
}
