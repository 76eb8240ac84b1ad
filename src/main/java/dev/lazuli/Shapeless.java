package dev.lazuli;

import dev.lazuli.graph.Formula;
import dev.lazuli.graph.Graph;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Node;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a function does at any sizes, learnt from what it does at some: numbers that differ between traces become
/// formulas, and a graph of formulas has to be that of a trace at many other sizes. Nothing is computed.
final class Shapeless<T, V> {
    /// Up to here sizes are tried, unless those of the example are near.
    private static final int LARGEST = 1 << 16;

    /// An axis of an argument.
    private record Axis(int argument, int axis) implements Comparable<Axis> {
        @Override public int compareTo(Axis other) {
            return Comparator.comparingInt(Axis::argument).thenComparingInt(Axis::axis).compare(this, other);
        }
    }

    /// @param tree what may differ between sizes: a spelled graph, and the paths of results
    private record Trace(Graph graph, Map<String, Object> tree) {}

    private final Function<T, V> f;
    private final T like;
    private final List<Node> example;
    private final int above;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<List<Shape>, Trace> traces = new HashMap<>();
    /// What differs from the first trace in numbers only.
    private final Map<List<Integer>, Map<String, Object>> alike = new HashMap<>();
    /// Axes that have one size, for each size that is free.
    private List<List<Axis>> free = List.of();
    private String refusal = "it has no axes";

    private Shapeless(Function<T, V> f, T like) {
        this.f = f;
        this.like = like;
        this.example = Traced.nodes(like);
        this.above = 5 + example.stream().flatMapToInt(x -> IntStream.of(x.shape().dims())).max().orElse(0);
    }

    static <T, V> Signature of(Function<T, V> f, T like) { return new Shapeless<>(f, like).learn(); }

    private Signature learn() {
        Graph.whole("exportShapeless", example, seen, holes -> Traced.nodes(f.apply(Traced.with(like, holes))));
        for (int i = 0; i < example.size(); i++)
            for (int j = 0; j < example.get(i).rank(); j++) find(new Axis(i, j));
        free = free.stream().sorted(Comparator.comparing(List::getFirst)).toList();
        if (free.isEmpty()) throw new IllegalArgumentException("exportShapeless: no size is free: " + refusal);
        var trace = trace(first());
        var tree = new LinkedHashMap<String, Object>();
        trace.tree.forEach((key, part) -> tree.put(key, formulas(part, List.of(key))));
        tree.put("sizes", ranges(tree));
        tree.remove("outputs");
        return new Signature(tree, trace.graph.captured(), Tree.paths(like), outputs(trace));
    }

    // ---- which sizes are free ----------------------------------------------------------------------------------

    /// An axis is free by itself, or with the others of its length that are not, or with all of its length.
    private void find(Axis axis) {
        if (free.stream().anyMatch(axes -> axes.contains(axis))) return;
        var taken = free.stream().flatMap(List::stream).toList();
        var equal = IntStream.range(0, example.size()).boxed().flatMap(i -> IntStream.range(0, example.get(i).rank())
            .mapToObj(j -> new Axis(i, j))).filter(a -> length(a) == length(axis)).toList();
        var before = free;
        for (var together : List.of(List.of(axis), equal.stream().filter(a -> !taken.contains(a)).toList(), equal)) {
            free = Stream.concat(before.stream().filter(axes -> Collections.disjoint(axes, together)),
                Stream.of(together)).toList();
            var why = different();
            if (why == null) return;
            refusal = why;
        }
        free = before;
    }

    /// Why two traces are not of one structure; null if they are.
    private @Nullable String different() {
        try {
            var next = first().stream().map(n -> n + 1).toList();
            return difference(trace(first()), trace(next), false);
        } catch (RuntimeException e) { // whatever the function throws at a size at which it does not work
            return Objects.requireNonNullElse(e.getMessage(), e.toString());
        }
    }

    private int length(Axis a) { return example.get(a.argument).dim(a.axis); }

    /// Sizes that are not those of the example, nor each other's, nor are the next four.
    private List<Integer> first() {
        return IntStream.range(0, free.size()).mapToObj(i -> above + 5 * i).toList();
    }

    // ---- traces ------------------------------------------------------------------------------------------------

    private Trace trace(List<Integer> sizes) {
        var shapes = new ArrayList<>(example.stream().map(Node::shape).toList());
        for (int i = 0; i < free.size(); i++)
            for (var a : free.get(i)) shapes.set(a.argument, shapes.get(a.argument).with(a.axis, sizes.get(i)));
        var known = traces.get(shapes);
        if (known != null) return known;
        var arguments = new ArrayList<Node>();
        for (int i = 0; i < shapes.size(); i++)
            arguments.add(Hole.of("exportShapeless", shapes.get(i), example.get(i).dtype()));
        var outputs = new ArrayList<String>();
        var graph = Graph.whole("exportShapeless", arguments, seen, holes -> {
            var result = f.apply(Traced.with(like, holes));
            outputs.addAll(Tree.paths(result));
            return Traced.nodes(result);
        });
        var trace = new Trace(graph, tree(graph, outputs));
        traces.put(shapes, trace);
        return trace;
    }

    private static Map<String, Object> tree(Graph graph, List<String> outputs) {
        var tree = new LinkedHashMap<>(graph.spelled());
        tree.put("outputs", outputs);
        return tree;
    }

    @SuppressWarnings("unchecked")
    private static List<String> outputs(Trace trace) { return (List<String>) trace.tree.get("outputs"); }

    // ---- how traces differ -------------------------------------------------------------------------------------

    private static @Nullable String difference(Trace a, Trace b, boolean exactly) {
        var steps = (List<?>) a.tree.get("steps");
        var others = (List<?>) b.tree.get("steps");
        for (int i = 0; i < Math.min(steps.size(), others.size()); i++)
            if (differ(steps.get(i), others.get(i), exactly))
                return others.get(i) + " where " + steps.get(i) + " is expected";
        if (steps.size() != others.size()) return others.size() + " operations instead of " + steps.size();
        for (var key : a.tree.keySet())
            if (differ(a.tree.get(key), b.tree.get(key), exactly))
                return key + " are " + b.tree.get(key) + " instead of " + a.tree.get(key);
        for (int i = 0; i < a.graph.captured().size(); i++)
            if (differ(a.graph.captured().get(i), b.graph.captured().get(i)))
                return "an array that is made of Java's numbers is not always the same";
        return null;
    }

    private static boolean differ(@Nullable Object a, @Nullable Object b, boolean exactly) {
        if (a instanceof Number n && b instanceof Number m) return exactly && !equal(n, m);
        if (a instanceof List<?> list && b instanceof List<?> other)
            return list.size() != other.size()
                || IntStream.range(0, list.size()).anyMatch(i -> differ(list.get(i), other.get(i), exactly));
        return a == null ? b != null : !a.equals(b);
    }

    private static boolean equal(Number a, Number b) {
        return a.doubleValue() == b.doubleValue() && a.longValue() == b.longValue();
    }

    private static boolean differ(Node a, Node b) {
        if (a == b) return false;
        if (!a.shape().equals(b.shape()) || a.dtype() != b.dtype()) return true;
        return bytes(a).mismatch(bytes(b)) >= 0;
    }

    private static MemorySegment bytes(Node x) {
        return Lazuli.contiguous(Array.of(x)).memorySegment();
    }

    // ---- formulas ----------------------------------------------------------------------------------------------

    private Object formulas(Object tree, List<Object> path) {
        return switch (tree) {
            case List<?> list -> IntStream.range(0, list.size()).mapToObj(i ->
                formulas(list.get(i), Stream.concat(path.stream(), Stream.of(i)).toList())).toList();
            case Number number -> formula(number, path);
            default -> tree;
        };
    }

    private Object formula(Number number, List<Object> path) {
        var on = IntStream.range(0, free.size()).filter(i -> !equal(number, at(path, List.of(i), 1))
            || !equal(number, at(path, List.of(i), 2))).boxed().toList();
        if (on.isEmpty()) return number;
        var from = on.stream().mapToInt(first()::get).toArray();
        var values = IntStream.range(0, (int) Math.pow(3, from.length)).mapToObj(i -> at(path, on, i)).toList();
        var names = on.stream().map(Shapeless::name).toList();
        var formula = Formula.of(names, from, values);
        if (formula != null && Stream.of(3, 4).allMatch(more -> holds(formula, path, on, more)))
            return formula.spelled();
        throw new IllegalArgumentException("exportShapeless: no formula of " + names + " is " + values + " for "
            + on.stream().map(first()::get).toList() + " and the next two, in " + step(path));
    }

    private boolean holds(Formula formula, List<Object> path, List<Integer> on, int more) {
        var sizes = new ArrayList<>(first());
        for (int i : on) sizes.set(i, sizes.get(i) + more);
        return equal(formula.at(named(sizes)), at(path, sizes));
    }

    private Object step(List<Object> path) {
        return path.getFirst().equals("steps") ? find(trace(first()).tree, path.subList(0, 2)) : path.getFirst();
    }

    /// The number at a path, where some sizes are greater by the digits of `steps` in base 3.
    private Number at(List<Object> path, List<Integer> on, int steps) {
        var sizes = new ArrayList<>(first());
        for (int i : on) {
            sizes.set(i, sizes.get(i) + steps % 3);
            steps /= 3;
        }
        return at(path, sizes);
    }

    private Number at(List<Object> path, List<Integer> sizes) {
        return (Number) find(alike.computeIfAbsent(sizes, s -> {
            var trace = trace(s);
            var why = difference(trace(first()), trace, false);
            if (why != null) throw refused(s, why);
            return trace.tree;
        }), path);
    }

    private static Object find(Object tree, List<Object> path) {
        for (var key : path) tree = key instanceof Integer i ? ((List<?>) tree).get(i) : ((Map<?, ?>) tree).get(key);
        return tree;
    }

    private static String name(int i) { return "n" + (i + 1); }

    private static Map<String, Integer> named(List<Integer> sizes) {
        var named = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < sizes.size(); i++) named.put(name(i), sizes.get(i));
        return named;
    }

    // ---- checks ------------------------------------------------------------------------------------------------

    /// Where the formulas hold, for each size; they have to for those of the example and some others.
    private Map<String, Object> ranges(Map<String, Object> tree) {
        var first = first();
        check(tree, free.stream().map(axes -> length(axes.getFirst())).toList());
        check(tree, IntStream.range(0, first.size()).mapToObj(i -> first.get(i) + 3 + i % 2).toList());
        check(tree, IntStream.range(0, first.size()).mapToObj(i -> 2 * first.get(i) + 7 * i).toList());
        var least = new ArrayList<Integer>();
        var largest = new ArrayList<Integer>();
        for (int i = 0; i < first.size(); i++) {
            int at = i;
            int from = first.get(i);
            var below = tried(from).filter(n -> n < from).toList().reversed();
            var above = tried(from).filter(n -> n > from);
            least.add(below.stream().takeWhile(n -> why(tree, with(first, at, n)) == null).reduce(from, (a, b) -> b));
            largest.add(above.takeWhile(n -> why(tree, with(first, at, n)) == null).reduce(from, (a, b) -> b));
        }
        // sizes may limit each other: each is tried at its least and far above where the others are not
        var low = least.stream().map(n -> Math.max(n, 1)).toList();
        var high = IntStream.range(0, first.size()).mapToObj(i -> Math.min(largest.get(i), 3 * first.get(i))).toList();
        var ranges = new LinkedHashMap<String, Object>();
        for (var sizes : List.of(least, low, high, Collections.nCopies(first.size(), Collections.max(first))))
            if (IntStream.range(0, first.size()).allMatch(i -> sizes.get(i) <= largest.get(i))) check(tree, sizes);
        for (int i = 0; i < first.size(); i++) {
            check(tree, with(high, i, low.get(i)));
            check(tree, with(low, i, high.get(i)));
            ranges.put(name(i), List.of(least.get(i), largest.get(i)));
        }
        return ranges;
    }

    /// All small sizes, then two between powers of two.
    private static Stream<Integer> tried(int from) {
        var larger = IntStream.iterate(16, n -> n < Math.max(LARGEST, 4 * from), n -> 2 * n)
            .flatMap(n -> IntStream.of(n + n / 2, 2 * n - 1));
        return IntStream.concat(IntStream.rangeClosed(0, 16), larger).boxed();
    }

    private static List<Integer> with(List<Integer> sizes, int i, int size) {
        var others = new ArrayList<>(sizes);
        others.set(i, size);
        return others;
    }

    private void check(Map<String, Object> tree, List<Integer> sizes) {
        var why = why(tree, sizes);
        if (why != null) throw refused(sizes, why);
    }

    private static IllegalArgumentException refused(List<Integer> sizes, String why) {
        return new IllegalArgumentException("exportShapeless: learnt at other sizes it does not hold for "
            + IntStream.range(0, sizes.size()).mapToObj(i -> name(i) + " = " + sizes.get(i)).toList() + ": " + why);
    }

    /// Why formulas do not give what the function does at some sizes; null if they do.
    private @Nullable String why(Map<String, Object> tree, List<Integer> sizes) {
        try {
            var learnt = Graph.read(tree, named(sizes), trace(first()).graph.captured()).bare();
            var real = trace(sizes);
            var bare = real.graph.bare();
            return difference(new Trace(learnt, tree(learnt, outputs(trace(first())))),
                new Trace(bare, tree(bare, outputs(real))), true);
        } catch (RuntimeException e) { // whatever the function throws at a size at which it does not work
            return Objects.requireNonNullElse(e.getMessage(), e.toString());
        }
    }
}
