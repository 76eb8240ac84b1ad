package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import dev.lazuli.type.Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a function makes of its arguments, once traced: the same operations can be put on other arrays of those shapes,
/// or of those shapes behind leading axes.
public final class Graph {
    /// One operation; its inputs are numbers of arguments, then captured nodes, then earlier steps. From a file it has
    /// no stream, and belongs to that of the caller.
    private record Step(Primitive op, int[] inputs, Shape shape, Dtype dtype, @Nullable Stream stream) {}

    private final List<Node> holes;
    private final List<Node> captured;
    private final List<Step> steps;
    private final int[] results;

    private Graph(List<Node> holes, List<Node> captured, List<Step> steps, int[] results) {
        this.holes = holes;
        this.captured = captured;
        this.steps = steps;
        this.results = results;
    }

    private static Graph of(List<Node> holes, List<Node> roots) {
        var ends = identical(holes);
        var order = Order.of(roots, ends::contains);
        var moving = identical(holes);
        for (var node : order)
            if (!ends.contains(node) && node.history() != null
                && node.history().inputs().stream().anyMatch(moving::contains)) moving.add(node);
        moving.removeAll(ends);
        return of(holes, roots, order, moving);
    }

    /// @param made what is a step, of nodes in `order`; the others are captured
    private static Graph of(List<Node> holes, List<Node> roots, List<Node> order, Set<Node> made) {
        var captured = new ArrayList<Node>();
        var steps = new ArrayList<Step>();
        var places = new IdentityHashMap<Node, Integer>();
        for (var hole : holes) places.put(hole, places.size());
        for (var node : order)
            if (made.contains(node))
                for (var x : node.history().inputs()) capture(x, made, places, captured);
        for (var root : roots) capture(root, made, places, captured);
        for (var node : order) {
            if (!made.contains(node)) continue;
            var step = node.history();
            steps.add(new Step(step.op(), step.inputs().stream().mapToInt(places::get).toArray(), node.shape(),
                node.dtype(), step.stream()));
            places.put(node, places.size());
        }
        return new Graph(holes, captured, steps, roots.stream().mapToInt(places::get).toArray());
    }

    private static Set<Node> identical(Collection<Node> nodes) {
        Set<Node> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(nodes);
        return set;
    }

    private static void capture(Node x, Set<Node> made, IdentityHashMap<Node, Integer> places, List<Node> captured) {
        if (made.contains(x) || places.containsKey(x)) return;
        places.put(x, places.size());
        captured.add(x);
    }

    /// The graph that `f` makes of arguments like these.
    ///
    /// @param name of the transform, for the message if `f` asks for values
    public static Graph of(String name, List<Node> like, UnaryOperator<List<Node>> f) {
        var holes = like.stream().map(x -> Hole.of(name, x.shape(), x.dtype())).toList();
        return of(holes, f.apply(holes));
    }

    /// The same without functions in it, whose operations stand in their place.
    public Graph flat() {
        return of("export", holes, arguments -> flat(apply(arguments), Set.of()));
    }

    /// The graph that `f` makes of arguments like these, in which all is a step that `f` made, also where arguments
    /// have no part in it. There are no functions in it.
    ///
    /// @param seen the nodes of the first trace, which fills it: what comes again was not made by `f`, and is captured
    public static Graph whole(String name, List<Node> like, Set<Node> seen, UnaryOperator<List<Node>> f) {
        var holes = like.stream().map(x -> Hole.of(name, x.shape(), x.dtype())).toList();
        var roots = flat(f.apply(holes), seen);
        var graph = whole(holes, roots, seen);
        if (seen.isEmpty()) seen.addAll(Order.of(roots, seen::contains));
        return graph;
    }

    private static Graph whole(List<Node> holes, List<Node> roots, Set<Node> before) {
        var ends = identical(before);
        ends.addAll(holes);
        var order = Order.of(roots, ends::contains);
        var made = identical(order);
        made.removeIf(x -> ends.contains(x) || !(x.state() instanceof Node.Pending));
        return of(holes, roots, order, made);
    }

    /// The same without views that change nothing: they come and go with sizes, as a broadcast of 1 to n for n = 1.
    public Graph bare() {
        var ends = identical(captured);
        return whole(holes, rewritten(apply(holes), ends, (node, inputs) ->
            node.history().op() instanceof View view && changesNothing(view, node, inputs.getFirst())
                ? inputs.getFirst() : null), ends);
    }

    private static boolean changesNothing(View view, Node node, Node x) {
        if (node.dtype() != x.dtype() || !node.shape().equals(x.shape())) return false;
        var layout = view.layout(node, Layout.of(x.shape()));
        return layout != null && layout.isContiguous() && layout.offset() == 0;
    }

    private static List<Node> flat(List<Node> roots, Set<Node> ends) {
        return rewritten(roots, ends, (node, inputs) -> node.history().op() instanceof Call call
            ? flat(List.of(call.decompose(inputs)), ends).getFirst() : null);
    }

    /// @param rule what takes the place of a node, whose inputs are now others; null if only they change
    private static List<Node> rewritten(List<Node> roots, Set<Node> ends,
                                        BiFunction<Node, List<Node>, @Nullable Node> rule) {
        var made = new IdentityHashMap<Node, Node>();
        for (var node : Order.of(roots, ends::contains)) {
            var step = node.history();
            if (step == null || ends.contains(node)) continue;
            var inputs = step.inputs().stream().map(x -> made.getOrDefault(x, x)).toList();
            var other = rule.apply(node, inputs);
            if (other != null) made.put(node, other);
            else if (!inputs.equals(step.inputs()))
                made.put(node, Node.of(step.op(), inputs, node.shape(), node.dtype()));
        }
        return roots.stream().map(r -> made.getOrDefault(r, r)).toList();
    }

    /// This graph without the nodes it captured, as a plain tree.
    public Map<String, Object> spelled() {
        return Map.of(
            "arguments", holes.stream().map(h -> List.of(Spelling.of(h.shape()), h.dtype().toString())).toList(),
            "steps", steps.stream().map(s -> List.of(Spelling.of(s.op), Arrays.stream(s.inputs).boxed().toList(),
                Spelling.of(s.shape), s.dtype.toString())).toList(),
            "results", Arrays.stream(results).boxed().toList());
    }

    /// The graph that was spelled like this, with what it captured.
    ///
    /// @param sizes of which numbers of it are formulas
    /// @throws IllegalArgumentException if it does not hold together
    public static Graph read(Map<String, ?> spelled, Map<String, Integer> sizes, List<Node> captured) {
        var holes = Spelling.list(Formula.at(spelled.get("arguments"), sizes)).stream().map(Spelling::list)
            .map(a -> Hole.of("import", Spelling.shape(a.get(0)), Spelling.dtype(a.get(1)))).toList();
        var steps = new ArrayList<Step>();
        int known = holes.size() + captured.size();
        for (var entry : Spelling.list(Formula.at(spelled.get("steps"), sizes))) {
            var step = Spelling.list(entry);
            steps.add(new Step(Spelling.operation(step.get(0)), places(step.get(1), known++),
                Spelling.shape(step.get(2)), Spelling.dtype(step.get(3)), null));
        }
        return new Graph(holes, captured, steps, places(spelled.get("results"), known));
    }

    private static int[] places(Object spelled, int known) {
        var places = Spelling.ints(spelled);
        for (int place : places)
            if (place < 0 || place >= known)
                throw new IllegalArgumentException("import: place " + place + " of " + known);
        return places;
    }

    /// The shapes and types of the arguments, as stand-ins.
    public List<Node> arguments() { return holes; }

    /// How many results there are.
    public int results() { return results.length; }

    /// What the function uses besides its arguments.
    public List<Node> captured() { return captured; }

    /// The results for other arguments, and for the nodes it captured.
    public List<Node> apply(List<Node> arguments) { return apply(arguments, captured); }

    /// Whether it takes memory from arrays that it is given or uses.
    boolean donating() { return steps.stream().anyMatch(s -> s.op.donating()); }

    /// How many leading axes these arguments, with captured nodes after them, have before those it was traced with.
    int lead(List<Node> inputs) {
        int lead = 0;
        for (int i = 0; i < inputs.size(); i++) lead = Math.max(lead, inputs.get(i).rank() - given(i).rank());
        return lead;
    }

    /// A stand-in for a node without some leading axes.
    static Node behind(Node x, int axes) {
        return Hole.of("vmap", x.shape().range(Math.min(axes, x.rank()), x.rank()), x.dtype());
    }

    /// The results for other arguments and others in place of captured nodes, behind the leading axes that some have.
    List<Node> apply(List<Node> arguments, List<Node> others) {
        var nodes = new Node[holes.size() + captured.size() + steps.size()];
        var lead = Shape.SCALAR;
        for (int i = 0; i < nodes.length - steps.size(); i++) {
            nodes[i] = i < holes.size() ? arguments.get(i) : others.get(i - holes.size());
            int axes = nodes[i].rank() - given(i).rank();
            if (axes > lead.rank()) lead = nodes[i].shape().range(0, axes);
        }
        if (lead.rank() > 0)
            for (int i = 0; i < nodes.length - steps.size(); i++)
                nodes[i] = nodes[i].broadcast(lead.concat(given(i).shape()));
        int at = nodes.length - steps.size();
        for (var step : steps) {
            var inputs = new ArrayList<Node>(step.inputs.length);
            for (int x : step.inputs) inputs.add(nodes[x]);
            nodes[at++] = Node.of(step.op, inputs, lead.concat(step.shape), step.dtype,
                step.stream == null ? Stream.current() : step.stream);
        }
        var out = new ArrayList<Node>(results.length);
        for (int r : results) out.add(nodes[r]);
        return out;
    }

    private Node given(int i) { return i < holes.size() ? holes.get(i) : captured.get(i - holes.size()); }
}
