package dev.lazuli.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kind of operation that is a meaning in simpler nodes, which a backend may claim with a kernel of its own.
///
/// Derivatives are those of the meaning. An unclaimed one runs, differentiates and batches all the same.
public sealed interface Composite extends Primitive
    permits Softmax, LogSumExp, RmsNorm, LayerNorm, Rope, Attention, AttentionGradient, QuantizedMatMul, BlockMatMul,
        Sort, Call, Pinv {

    /// The same result from simpler nodes.
    Node decompose(List<Node> in);

    @Override default List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        var ends = distinct(in);
        return Autodiff.vjp(List.of(decompose(ends)), List.of(ct), ends);
    }

    @Override default @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        var ends = distinct(in);
        return Autodiff.jvp(List.of(decompose(ends)), ends, tangents).getFirst();
    }

    // One array given twice must get a cotangent for each place.
    private static List<Node> distinct(List<Node> in) {
        return in.stream().map(x -> Node.of(new Identity(), List.of(x), x.shape(), x.dtype())).toList();
    }
}
