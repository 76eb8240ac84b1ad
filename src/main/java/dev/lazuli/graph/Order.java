package dev.lazuli.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The nodes behind some roots in an order in which inputs come before what is made of them.
public final class Order {
    private Order() {}

    /// Walks histories without recursion, so that no graph is too deep; where it stops is included, not entered.
    public static List<Node> of(List<Node> roots, Predicate<Node> stop) {
        var order = new ArrayList<Node>();
        Set<Node> done = Collections.newSetFromMap(new IdentityHashMap<>());
        var stack = new ArrayDeque<Node>(roots);
        while (!stack.isEmpty()) {
            var node = stack.peek();
            var step = done.contains(node) || stop.test(node) ? null : node.history();
            boolean waits = false;
            if (step != null)
                for (var x : step.inputs())
                    if (!done.contains(x)) {
                        stack.push(x);
                        waits = true;
                    }
            if (waits) continue;
            stack.pop();
            if (done.add(node)) order.add(node);
        }
        return order;
    }
}
