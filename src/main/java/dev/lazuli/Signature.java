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

/// What a function does with one kind of argument.
///
/// @param inputs  paths of the arrays that it takes
/// @param outputs paths of those that it returns
record Signature(Graph graph, List<String> inputs, List<String> outputs) {
    Signature {
        if (inputs.size() != graph.arguments().size() || outputs.size() != graph.results())
            throw new IllegalArgumentException("import: " + inputs + " and " + outputs + " do not name "
                + graph.arguments().size() + " arguments and " + graph.results() + " results");
    }

    /// How many leading axes some arrays have before those of this signature; -1 if they do not fit.
    int lead(List<Array> given) {
        if (given.size() != inputs.size()) return -1;
        int most = 0;
        for (int i = 0; i < given.size(); i++) {
            var x = given.get(i);
            var wanted = graph.arguments().get(i);
            int lead = x.rank() - wanted.rank();
            if (lead < 0 || x.dtype() != wanted.dtype() || !x.shape().range(lead, x.rank()).equals(wanted.shape()))
                return -1;
            most = Math.max(most, lead);
        }
        return most;
    }

    SequencedMap<String, Array> apply(List<Array> given) {
        var found = graph.apply(given.stream().map(Array::node).toList());
        var results = new LinkedHashMap<String, Array>();
        for (int i = 0; i < found.size(); i++) results.put(outputs.get(i), Array.of(found.get(i)));
        return results;
    }

    /// As a plain tree, with the places of what it captured in a list of all that is captured.
    Map<String, Object> spelled(List<Node> captured) {
        var spelled = new LinkedHashMap<>(graph.spelled());
        spelled.put("captured", graph.captured().stream().map(captured::indexOf).toList());
        spelled.put("inputs", inputs);
        spelled.put("outputs", outputs);
        return spelled;
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
        return new Signature(Graph.read(spelled.object(), used), names(spelled, "inputs"), names(spelled, "outputs"));
    }

    private static List<String> names(Json spelled, String key) {
        return spelled.at(key).items().stream().map(Json::string).toList();
    }

    static String text(List<String> paths, List<Node> nodes) {
        return IntStream.range(0, nodes.size()).mapToObj(i -> (paths.get(i).isEmpty() ? "" : paths.get(i) + ": ")
            + nodes.get(i).dtype() + " " + nodes.get(i).shape()).collect(Collectors.joining(", ", "(", ")"));
    }

    /// Paths, types and shapes of what it takes.
    @Override public String toString() { return text(inputs, graph.arguments()); }
}
