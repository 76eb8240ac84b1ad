package dev.lazuli;

import dev.lazuli.graph.Autodiff;
import dev.lazuli.graph.Call;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Permute;
import dev.lazuli.graph.Trace;
import dev.lazuli.graph.Vmap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// The transforms of functions of trees, as walks over the graphs of their results.
final class Transforms {
    private static final ScopedValue<Integer> DEPTH = ScopedValue.newInstance();

    private Transforms() {}

    /// A function's argument, flat: the arrays it is differentiated by, and fresh nodes in their place.
    private record Leaves<T>(List<Array> given, List<Node> fresh, T tree) {
        static <T> Leaves<T> of(T x, Trace trace, Predicate<String> wanted) {
            var given = new ArrayList<Array>();
            var fresh = new ArrayList<Node>();
            var tree = Tree.map(x, (path, array) -> {
                if (!wanted.test(path) || !array.dtype().isInexact()) return array;
                given.add(array);
                fresh.add(array.node().traced(trace));
                return Array.of(fresh.getLast());
            });
            return new Leaves<>(given, fresh, tree);
        }
    }

    private static <R> R traced(Function<Trace, R> body) {
        int depth = DEPTH.orElse(0);
        try (var trace = new Trace(depth)) {
            return ScopedValue.where(DEPTH, depth + 1).call(() -> body.apply(trace));
        }
    }

    static <T> Gradient<Array, T> valueAndGrad(Function<T, Array> f, Predicate<String> trained, T x) {
        return traced(trace -> {
            var leaves = Leaves.of(x, trace, trained);
            var y = f.apply(leaves.tree);
            if (y.size() != 1 || y.rank() > 0)
                throw new IllegalArgumentException("grad: expected a function that returns a scalar, got shape "
                    + y.shape()
                    + "; reduce it with sum() or mean()");
            if (!y.dtype().isFloat())
                throw new IllegalArgumentException("grad: expected a function that returns a real float, got "
                    + y.dtype());
            var found = Autodiff.vjp(List.of(y.node()), List.of(y.node().one()), leaves.fresh);
            var next = new int[1];
            return new Gradient<>(y, Tree.map(x, (path, array) -> {
                if (!trained.test(path)) return null;
                if (!array.dtype().isInexact()) return array;
                var gradient = found.get(next[0]++);
                return Array.of(gradient == null ? array.node().zero() : gradient);
            }));
        });
    }

    static <T, V> Gradient<V, T> vjp(Function<T, V> f, T x, V cotangent) {
        return traced(trace -> {
            var leaves = Leaves.of(x, trace, path -> true);
            var y = f.apply(leaves.tree);
            var outputs = Traced.nodes(y);
            var cts = matching("vjp", "cotangents", outputs, cotangent);
            var found = Autodiff.vjp(outputs, cts, leaves.fresh);
            var next = new int[1];
            return new Gradient<>(y, Tree.map(x, (path, array) -> {
                if (!array.dtype().isInexact()) return array;
                var gradient = found.get(next[0]++);
                return Array.of(gradient == null ? array.node().zero() : gradient);
            }));
        });
    }

    static <T, V> Tangent<V> jvp(Function<T, V> f, T x, T tangent) {
        return traced(trace -> {
            var leaves = Leaves.of(x, trace, path -> true);
            var all = Traced.nodes(x);
            var moved = matching("jvp", "tangents", all, tangent);
            moved.removeIf(t -> !t.dtype().isInexact());
            var y = f.apply(leaves.tree);
            var found = Autodiff.jvp(Traced.nodes(y), leaves.fresh, moved);
            var next = new int[1];
            return new Tangent<>(y, Tree.map(y, (path, array) -> {
                var t = found.get(next[0]++);
                return Array.of(t == null ? array.node().zero() : t);
            }));
        });
    }

    private static List<Node> matching(String op, String what, List<Node> like, Object tree) {
        var nodes = new ArrayList<>(Traced.nodes(tree));
        if (nodes.size() != like.size())
            throw new IllegalArgumentException(op + ": expected " + like.size() + " " + what + ", got " + nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            var want = like.get(i);
            if (!nodes.get(i).shape().equals(want.shape()))
                throw new IllegalArgumentException(op + ": expected " + what + " of shape " + want.shape() + ", got "
                    + nodes.get(i).shape());
            nodes.set(i, nodes.get(i).to(want.dtype()));
        }
        return nodes;
    }

    static <T, V> V checkpoint(Function<T, V> f, T x) {
        var traced = Traced.of("checkpoint", f, x);
        return traced.result(Call.of(traced.graph(), Traced.nodes(x), Call.Rules.AGAIN));
    }

    static <T, V> V vmap(Function<T, V> f, int inAxis, int outAxis, T x) {
        var given = new ArrayList<Node>();
        var holes = new ArrayList<Node>();
        var tree = Tree.map(x, (path, array) -> {
            var front = Permute.move(array.node(), array.shape().axis("vmap", inAxis), 0);
            if (!given.isEmpty() && given.getFirst().dim(0) != front.dim(0))
                throw new IllegalArgumentException("vmap: axis " + inAxis + " has length " + given.getFirst().dim(0)
                    + " in one array and " + front.dim(0) + " in " + path);
            given.add(front);
            holes.add(Hole.of("vmap", front.shape().without(0), front.dtype()));
            return Array.of(holes.getLast());
        });
        if (given.isEmpty()) throw new IllegalArgumentException("vmap: the argument has no array");
        var y = f.apply(tree);
        var outputs = Traced.nodes(y);
        var batched = Vmap.apply(outputs, holes, given, given.getFirst().dim(0)).stream()
            .map(n -> Array.of(Permute.move(n, 0, n.shape().axis("vmap", outAxis)))).toList();
        return Tree.with(y, batched);
    }
}
