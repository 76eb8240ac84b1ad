package dev.lazuli;

import dev.lazuli.graph.Graph;
import dev.lazuli.graph.Node;
import dev.lazuli.io.FormatException;
import dev.lazuli.io.Json;
import dev.lazuli.io.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A function that was written to a file, in this process or another.
///
/// The file is one of safetensors: the arrays that the function uses besides its argument, and its operations as JSON
/// among the metadata.
public final class Imported {
    private static final String GRAPH = "lazuli.graph";
    private static final String INPUTS = "lazuli.inputs";
    private static final String OUTPUTS = "lazuli.outputs";

    private final String name;
    private final Graph graph;
    private final List<String> inputs;
    private final List<String> outputs;

    private Imported(String name, Graph graph, List<String> inputs, List<String> outputs) {
        this.name = name;
        this.graph = graph;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    static <T, V> void write(Path path, java.util.function.Function<T, V> f, T x) {
        var traced = Traced.of("exportFunction", f, x);
        var graph = traced.graph().flat();
        var captured = new LinkedHashMap<String, Array>();
        for (var node : graph.captured()) captured.put("captured." + captured.size(), Array.of(node));
        Saving.safetensors(path, captured, Map.of(GRAPH, Json.write(graph.spelled()),
            INPUTS, Json.write(List.copyOf(Tree.flatten(x).sequencedKeySet())),
            OUTPUTS, Json.write(List.copyOf(Tree.flatten(traced.like()).sequencedKeySet()))));
    }

    static Imported read(Path path) {
        var file = Safetensors.read(path);
        var metadata = file.metadata();
        if (!metadata.containsKey(GRAPH))
            throw new FormatException(path + ": expected a function, written by exportFunction");
        var captured = new ArrayList<Node>();
        for (int i = 0; i < file.tensors().size(); i++) {
            var t = file.tensor("captured." + i);
            captured.add(Lazuli.array(t.data(), t.dtype(), t.shape().dims()).node());
        }
        try {
            return new Imported(path.toString(),
                Graph.read(Json.parse(path + ": " + GRAPH, metadata.get(GRAPH)).object(), captured),
                names(path, metadata, INPUTS), names(path, metadata, OUTPUTS));
        } catch (IllegalArgumentException e) {
            throw new FormatException(path + ": " + e.getMessage(), e);
        }
    }

    private static List<String> names(Path path, Map<String, String> metadata, String key) {
        return Json.parse(path + ": " + key, metadata.getOrDefault(key, "[]")).items().stream().map(Json::string)
            .toList();
    }

    /// The paths of the arrays in the tree that the function takes.
    ///
    /// ```
    /// exportFunction(Path.of("sum.safetensors"), (List<Array> x) -> x.getFirst(), List.of(ones(3), ones(3)));
    /// importFunction(Path.of("sum.safetensors")).inputs()    // [0, 1]
    /// ```
    public List<String> inputs() { return inputs; }

    /// The paths of the arrays in the tree that the function returns.
    ///
    /// ```
    /// exportFunction(Path.of("parts.safetensors"), (Array x) -> Map.of("half", x.mul(0.5)), ones(3));
    /// importFunction(Path.of("parts.safetensors")).outputs()    // [half]
    /// ```
    public List<String> outputs() { return outputs; }

    /// The function's results, by path, for a tree of as many arrays of those types and shapes as it was exported for,
    /// or with more leading axes.
    ///
    /// ```
    /// exportFunction(Path.of("double.safetensors"), (Array x) -> List.of(x.mul(2)), ones(3));
    /// importFunction(Path.of("double.safetensors")).apply(array(1f, 2f, 3f)).get("0")
    /// // array([2, 4, 6], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if they do not fit
    public SequencedMap<String, Array> apply(Object tree) {
        var given = Tree.leaves(tree);
        var wanted = graph.arguments();
        if (given.size() != wanted.size())
            throw new IllegalArgumentException(name + ": expected " + wanted.size() + " arrays " + inputs + ", got "
                + given.size());
        for (int i = 0; i < given.size(); i++) {
            var x = given.get(i);
            int lead = x.rank() - wanted.get(i).rank();
            if (lead < 0 || x.dtype() != wanted.get(i).dtype()
                || !x.shape().range(lead, x.rank()).equals(wanted.get(i).shape()))
                throw new IllegalArgumentException(name + ": " + inputs.get(i) + ": expected "
                    + wanted.get(i).dtype() + " " + wanted.get(i).shape() + ", got " + x.dtype() + " " + x.shape());
        }
        var results = new LinkedHashMap<String, Array>();
        var found = graph.apply(given.stream().map(Array::node).toList());
        for (int i = 0; i < found.size(); i++) results.put(outputs.get(i), Array.of(found.get(i)));
        return results;
    }
}
