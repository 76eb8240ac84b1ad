package dev.lazuli;

import dev.lazuli.graph.Graph;
import dev.lazuli.graph.Node;
import dev.lazuli.io.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a function does with one kind of argument: a spelled graph, in which numbers may be formulas of free sizes, and
/// graphs of it.
final class Signature {
    /// So many graphs are kept.
    private static final int GRAPHS = 8;

    /// An argument; lengths are numbers, or names of sizes.
    private record Argument(List<Object> shape, String dtype) {
        static Argument read(Json spelled) {
            var both = spelled.items();
            return new Argument(both.get(0).items().stream().map(axis -> axis.value() instanceof Map
                ? axis.object().keySet().iterator().next() : (Object) (int) axis.number()).toList(),
                both.get(1).string());
        }

        /// Whether an array fits, if need be for sizes not known yet, which it then gives.
        boolean takes(Array x, Map<String, Integer> sizes) {
            int lead = x.rank() - shape.size();
            if (lead < 0 || !x.dtype().toString().equals(dtype)) return false;
            for (int i = 0; i < shape.size(); i++) {
                int length = x.dim(lead + i);
                var wanted = shape.get(i) instanceof String name ? sizes.computeIfAbsent(name, n -> length)
                    : shape.get(i);
                if (!wanted.equals(length)) return false;
            }
            return true;
        }

        @Override public String toString() {
            return dtype + " " + shape.stream().map(Object::toString)
                .collect(Collectors.joining(", ", "(", shape.size() == 1 ? ",)" : ")"));
        }
    }

    private final Map<String, Object> spelled;
    private final List<Node> captured;
    private final List<String> inputs;
    private final List<String> outputs;
    private final List<Argument> arguments;
    /// The least and the largest of each free size.
    private final SequencedMap<String, int[]> ranges = new LinkedHashMap<>();
    private final SequencedMap<Map<String, Integer>, Graph> graphs = new LinkedHashMap<>();

    /// @param spelled  a graph, and under `sizes` the range of each free size, if there are any
    /// @param captured what the graph uses
    /// @param inputs   paths of the arrays that it takes
    /// @param outputs  paths of those that it returns
    /// @throws IllegalArgumentException if it does not hold together
    Signature(Map<String, Object> spelled, List<Node> captured, List<String> inputs, List<String> outputs) {
        this.spelled = spelled;
        this.captured = captured;
        this.inputs = inputs;
        this.outputs = outputs;
        var json = new Json("import", spelled);
        this.arguments = json.at("arguments").items().stream().map(Argument::read).toList();
        if (json.find("sizes") instanceof Json sizes)
            sizes.object().forEach((name, range) -> ranges.put(name,
                new Json("import", range).items().stream().mapToInt(x -> (int) x.number()).toArray()));
        var names = arguments.stream().flatMap(a -> a.shape.stream()).filter(String.class::isInstance)
            .collect(Collectors.toSet());
        if (!names.equals(ranges.keySet()) || ranges.values().stream().anyMatch(r -> r.length != 2))
            throw new IllegalArgumentException("import: the ranges of " + names + " are " + json.find("sizes"));
        var least = ranges.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue()[0]));
        int results = graph(least).results();
        if (inputs.size() != arguments.size() || outputs.size() != results)
            throw new IllegalArgumentException("import: " + inputs + " and " + outputs + " do not name "
                + arguments.size() + " arguments and " + results + " results");
    }

    List<String> inputs() { return inputs; }

    List<Node> captured() { return captured; }

    /// How many leading axes some arrays have before those of this signature; -1 if they do not fit.
    int lead(List<Array> given) {
        return sizes(given) == null ? -1 : IntStream.range(0, given.size())
            .map(i -> given.get(i).rank() - arguments.get(i).shape().size()).max().orElse(0);
    }

    private @Nullable Map<String, Integer> sizes(List<Array> given) {
        if (given.size() != arguments.size()) return null;
        var sizes = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < given.size(); i++) if (!arguments.get(i).takes(given.get(i), sizes)) return null;
        boolean within = ranges.entrySet().stream().allMatch(r ->
            r.getValue()[0] <= sizes.get(r.getKey()) && sizes.get(r.getKey()) <= r.getValue()[1]);
        return within ? sizes : null;
    }

    /// For arrays that fit.
    SequencedMap<String, Array> apply(List<Array> given) {
        var found = graph(sizes(given)).apply(given.stream().map(Array::node).toList());
        var results = new LinkedHashMap<String, Array>();
        for (int i = 0; i < found.size(); i++) results.put(outputs.get(i), Array.of(found.get(i)));
        return results;
    }

    private synchronized Graph graph(Map<String, Integer> sizes) {
        var graph = graphs.remove(sizes);
        if (graph == null) {
            var whole = Graph.read(spelled, sizes, captured);
            graph = Graph.of("import", whole.arguments(), whole::apply); // leading axes pass constants by
        }
        graphs.put(sizes, graph);
        if (graphs.size() > GRAPHS) graphs.pollFirstEntry();
        return graph;
    }

    /// As a plain tree, with the places of what it captured in a list of all that is captured.
    Map<String, Object> spelled(List<Node> all) {
        var tree = new LinkedHashMap<>(spelled);
        tree.put("captured", captured.stream().map(all::indexOf).toList());
        tree.put("inputs", inputs);
        tree.put("outputs", outputs);
        return tree;
    }

    /// @throws IllegalArgumentException if it does not hold together
    static Signature read(Json spelled, List<Node> captured) {
        var used = new ArrayList<Node>();
        for (var place : spelled.at("captured").items()) {
            long i = place.integer();
            if (i < 0 || i >= captured.size())
                throw new IllegalArgumentException("import: captured array " + i + " of " + captured.size());
            used.add(captured.get((int) i));
        }
        return new Signature(spelled.object(), used, names(spelled, "inputs"), names(spelled, "outputs"));
    }

    private static List<String> names(Json spelled, String key) {
        return spelled.at(key).items().stream().map(Json::string).toList();
    }

    static String text(List<String> paths, List<?> arguments) {
        return IntStream.range(0, arguments.size()).mapToObj(i -> (paths.get(i).isEmpty() ? "" : paths.get(i) + ": ")
            + arguments.get(i)).collect(Collectors.joining(", ", "(", ")"));
    }

    /// Paths, types and shapes of what it takes, and the ranges of free sizes.
    @Override public String toString() {
        var text = text(inputs, arguments);
        return ranges.isEmpty() ? text : ranges.entrySet().stream()
            .map(r -> r.getKey() + " in " + r.getValue()[0] + ".." + r.getValue()[1])
            .collect(Collectors.joining(", ", text + " for ", ""));
    }
}
