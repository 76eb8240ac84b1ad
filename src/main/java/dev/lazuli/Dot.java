package dev.lazuli;

import dev.lazuli.graph.Node;
import dev.lazuli.graph.Order;
import java.util.IdentityHashMap;
import java.util.List;

/// A graph as a picture: operations in boxes, arrays in ellipses.
final class Dot {
    private Dot() {}

    static String of(List<Node> roots) {
        var numbers = new IdentityHashMap<Node, Integer>();
        var text = new StringBuilder("digraph {\n");
        for (var node : Order.of(roots, node -> false)) {
            int number = numbers.size();
            numbers.put(node, number);
            text.append("  n%d [label=\"%s\", shape=%s]%n".formatted(number, node,
                node.history() == null ? "ellipse" : "box"));
            if (node.history() != null)
                for (var x : node.history().inputs())
                    text.append("  n%d -> n%d%n".formatted(numbers.get(x), number));
        }
        return text.append("}\n").toString();
    }
}
