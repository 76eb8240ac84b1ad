package dev.lazuli.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation of the graph: what it is called and how it is differentiated.
///
/// All of them act on the trailing axes of their inputs and take leading axes as a batch, so there is no batching
/// rule. A primitive is a value: two equal ones on equal inputs are computed once.
public sealed interface Primitive permits Scalar, Structure, Composite {
    /// The name messages and plans show.
    String label();

    /// The cotangents of the inputs, for the cotangent of the output; null where there is none.
    List<@Nullable Node> vjp(List<Node> in, Node out, Node ct);

    /// The tangent of the output; tangents that are zero are null, here and there.
    @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents);

    /// What of this operation decides how a graph is planned: sizes do not, so operations that have them leave them
    /// out.
    default Object plan() { return this; }

    /// Whether the result costs nothing to make again: a constant, or another look at the input.
    default boolean isFree() { return false; }

    /// Whether the result takes memory even from an array that a user holds, who loses it.
    default boolean donating() { return false; }
}
