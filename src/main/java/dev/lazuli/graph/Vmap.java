package dev.lazuli.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Batching: every node between the ends and the roots again, with a leading axis. One rule serves all operations,
/// since each takes leading axes as a batch; an input that is not batched is broadcast along the new axis, a view.
public final class Vmap {
    private Vmap() {}

    /// The roots with `size` in front of their shapes, where each end stands for the batched node beside it.
    public static List<Node> apply(List<Node> roots, List<Node> ends, List<Node> batched, int size) {
        Map<Node, Node> mapped = new IdentityHashMap<>();
        for (int i = 0; i < ends.size(); i++) mapped.put(ends.get(i), batched.get(i));
        Set<Node> stop = Collections.newSetFromMap(new IdentityHashMap<>());
        stop.addAll(ends);
        for (var node : Order.of(roots, stop::contains)) {
            var step = node.history();
            if (mapped.containsKey(node) || step == null || step.inputs().stream().noneMatch(mapped::containsKey))
                continue;
            mapped.put(node, step.stream().call(() -> {
                var inputs = new ArrayList<Node>();
                for (var x : step.inputs()) inputs.add(mapped.containsKey(x) ? mapped.get(x) : repeat(x, size));
                return Node.of(step.op(), inputs, node.shape().insert(0, size), node.dtype());
            }));
        }
        return roots.stream().map(r -> mapped.containsKey(r) ? mapped.get(r) : repeat(r, size)).toList();
    }

    private static Node repeat(Node x, int size) { return x.broadcast(x.shape().insert(0, size)); }
}
