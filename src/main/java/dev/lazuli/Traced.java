package dev.lazuli;

import dev.lazuli.graph.Graph;
import dev.lazuli.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A function of trees as a graph.
///
/// @param like the tree of its results
record Traced<V>(Graph graph, V like) {
    /// @param name of the transform that wants it
    static <T, V> Traced<V> of(String name, Function<T, V> f, T x) {
        var like = new ArrayList<V>();
        var graph = Graph.of(name, nodes(x), holes -> {
            like.add(f.apply(with(x, holes)));
            return nodes(like.getFirst());
        });
        return new Traced<>(graph, like.getFirst());
    }

    V result(List<Node> nodes) { return with(like, nodes); }

    static List<Node> nodes(Object tree) { return Tree.leaves(tree).stream().map(Array::node).toList(); }

    static <T> T with(T tree, List<Node> nodes) { return Tree.with(tree, nodes.stream().map(Array::of).toList()); }
}
