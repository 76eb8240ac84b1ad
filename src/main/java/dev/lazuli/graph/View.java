package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kind of operation that shows the same memory under another layout, without a copy. All are linear: one fact,
/// the transpose, gives both derivatives.
public sealed interface View extends Structure
    permits Identity, Barrier, StopGradient, Reshape, Permute, Broadcast, Slice, Bitcast {
    /// The layout of the result, or null if these strides do not allow it and a copy has to come first.
    @Nullable Layout layout(Node out, Layout in);

    /// The cotangent of the input, or null if nothing flows back.
    @Nullable Node transpose(Node in, Node ct);

    /// Whether an elementwise operation may be computed behind the view instead of before it, at the same cost.
    default boolean isTransparent(Node out, Node in) { return false; }

    @Override default Object plan() { return View.class; }

    @Override default boolean isFree() { return true; }

    @Override default List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(transpose(in.getFirst(), ct));
    }

    @Override default @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        return Node.of(this, List.of(tangents.getFirst()), out.shape(), out.dtype());
    }
}
