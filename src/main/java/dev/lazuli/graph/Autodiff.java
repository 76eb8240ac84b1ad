package dev.lazuli.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reverse and forward differentiation: two walks over the graph, which know no operation. A derivative belongs to the
/// stream of what it is the derivative of.
public final class Autodiff {
    private Autodiff() {}

    /// The cotangents of `inputs` for those of `outputs`; null where no path leads, or only ones without derivative.
    ///
    /// @param inputs distinct nodes; the walk does not look behind them
    public static List<@Nullable Node> vjp(List<Node> outputs, List<@Nullable Node> cotangents, List<Node> inputs) {
        var found = new IdentityHashMap<Node, Node>();
        for (int i = 0; i < outputs.size(); i++)
            if (cotangents.get(i) != null) found.merge(outputs.get(i), cotangents.get(i), Node::add);
        var ends = identitySet(inputs);
        for (var node : active(outputs, ends).reversed()) {
            var ct = found.get(node);
            if (ct == null || ends.contains(node)) continue;
            var step = node.history();
            step.stream().run(() -> {
                var given = step.op().vjp(step.inputs(), node, ct);
                for (int i = 0; i < given.size(); i++)
                    if (given.get(i) != null) found.merge(step.inputs().get(i), given.get(i), Node::add);
            });
        }
        var result = new ArrayList<@Nullable Node>();
        for (var x : inputs) result.add(found.get(x));
        return result;
    }

    /// The tangents of `outputs` for those of `inputs`; null where they are zero.
    public static List<@Nullable Node> jvp(List<Node> outputs, List<Node> inputs, List<@Nullable Node> tangents) {
        var found = new IdentityHashMap<Node, Node>();
        for (int i = 0; i < inputs.size(); i++) if (tangents.get(i) != null) found.put(inputs.get(i), tangents.get(i));
        var ends = identitySet(inputs);
        for (var node : active(outputs, ends)) {
            if (ends.contains(node)) continue;
            var step = node.history();
            var moved = new ArrayList<@Nullable Node>();
            for (var x : step.inputs()) moved.add(found.get(x));
            if (moved.stream().allMatch(t -> t == null)) continue;
            step.stream().run(() -> {
                var tangent = step.op().jvp(step.inputs(), node, moved);
                if (tangent != null) found.put(node, tangent);
            });
        }
        var result = new ArrayList<@Nullable Node>();
        for (var y : outputs) result.add(found.get(y));
        return result;
    }

    /// The nodes that carry a derivative from the ends to the roots, inputs before outputs.
    private static List<Node> active(List<Node> roots, Set<Node> ends) {
        var carrying = identitySet(List.copyOf(ends));
        return Order.of(roots, ends::contains).stream().filter(node -> {
            var step = node.history();
            if (!carrying.contains(node) && node.dtype().isInexact() && step != null
                && step.inputs().stream().anyMatch(carrying::contains)) carrying.add(node);
            return carrying.contains(node);
        }).toList();
    }

    private static Set<Node> identitySet(List<Node> nodes) {
        Set<Node> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(nodes);
        return set;
    }
}
