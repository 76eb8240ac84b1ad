package dev.lazuli.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One result of a traced function that is differentiated, or batched, in a way of its own.
///
/// @param graph  whose captured nodes are inputs after the arguments
/// @param result which of its results
public record Call(Graph graph, int result, Rules rules) implements Composite {
    /// What differs from the function's own operations; null where nothing does.
    ///
    /// @param vjp   cotangents of all inputs, from inputs, results, and cotangents of the results
    /// @param jvp   tangents of the results, from inputs and their tangents
    /// @param batch results for inputs that all have a leading axis
    /// @param again whether what backward needs is computed again, instead of kept
    public record Rules(@Nullable Rule vjp, @Nullable Rule jvp, @Nullable Rule batch, boolean again) {
        public static final Rules AGAIN = new Rules(null, null, null, true);
    }

    /// A rule over lists of nodes, one after the other.
    @FunctionalInterface
    public interface Rule { List<Node> of(List<List<Node>> given); }

    /// All results of a function for its arguments.
    public static List<Node> of(Graph graph, List<Node> arguments, Rules rules) {
        var inputs = new ArrayList<>(arguments);
        inputs.addAll(graph.captured());
        var plain = graph.apply(arguments);
        return IntStream.range(0, plain.size()).mapToObj(i ->
            Node.of(new Call(graph, i, rules), inputs, plain.get(i).shape(), plain.get(i).dtype())).toList();
    }

    @Override public String label() { return "function"; }

    @Override public boolean donating() { return graph.donating(); }

    private List<Node> results(List<Node> in) {
        int count = in.size() - graph.captured().size();
        int lead = graph.lead(in);
        if (lead > 0 && rules.batch != null) {
            // the rule sees one axis; those before it are batched as usual
            var one = Graph.of("vmap", in.subList(0, count).stream().map(x -> Graph.behind(x, lead - 1)).toList(),
                x -> rules.batch.of(List.of(x)));
            return one.apply(in.subList(0, count));
        }
        return graph.apply(in.subList(0, count), in.subList(count, in.size()));
    }

    @Override public Node decompose(List<Node> in) { return results(in).get(result); }

    /// A rule for inputs without the leading axes that these have.
    private static List<Node> behind(int lead, Rule rule, List<List<Node>> given) {
        if (lead == 0) return rule.of(given);
        var all = given.stream().flatMap(List::stream).toList();
        return Graph.of("vmap", all.stream().map(x -> Graph.behind(x, lead)).toList(), flat -> {
            var lists = new ArrayList<List<Node>>();
            int from = 0;
            for (var list : given) lists.add(flat.subList(from, from += list.size()));
            return rule.of(lists);
        }).apply(all);
    }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        if (rules.again) {
            var again = in.stream().map(x -> Barrier.of(x, ct)).toList();
            return Autodiff.vjp(List.of(decompose(again)), List.of(ct), again);
        }
        if (rules.vjp == null) return Composite.super.vjp(in, out, ct);
        int count = in.size() - graph.captured().size();
        var results = results(in);
        var cts = new ArrayList<Node>();
        for (int i = 0; i < results.size(); i++) cts.add(i == result ? ct : results.get(i).zero());
        var found = new ArrayList<@Nullable Node>(behind(graph.lead(in), rules.vjp,
            List.of(in.subList(0, count), results, cts)));
        found.addAll(Arrays.asList(new Node[in.size() - count])); // what is captured is constant to the rule
        return found;
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        if (rules.jvp == null) return Composite.super.jvp(in, out, tangents);
        int count = in.size() - graph.captured().size();
        var moved = new ArrayList<Node>();
        for (int i = 0; i < count; i++) moved.add(in.get(i).orZero(tangents.get(i)));
        return behind(graph.lead(in), rules.jvp, List.of(in.subList(0, count), moved)).get(result);
    }
}
