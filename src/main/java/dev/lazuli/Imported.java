package dev.lazuli;

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
import java.util.function.Function;

/// A function that was written to a file, in this process or another, for one kind of argument or several.
///
/// The file is one of safetensors: the arrays that the function uses besides its argument, and its operations as JSON
/// among the metadata.
public final class Imported {
    private static final String FUNCTION = "lazuli.function";

    private final String name;
    private final List<Signature> signatures;

    private Imported(String name, List<Signature> signatures) {
        this.name = name;
        this.signatures = signatures;
    }

    static <T, V> void write(Path path, Function<T, V> f, List<T> arguments) {
        if (arguments.isEmpty())
            throw new IllegalArgumentException("exportFunction: expected an argument of each kind, got none");
        var signatures = new ArrayList<Signature>();
        for (var x : arguments) {
            var traced = Traced.of("exportFunction", f, x);
            var graph = traced.graph().flat();
            var signature = new Signature(graph.spelled(), graph.captured(), Tree.paths(x), Tree.paths(traced.like()));
            for (var other : signatures)
                if (other.toString().equals(signature.toString()))
                    throw new IllegalArgumentException("exportFunction: two arguments are " + other);
            signatures.add(signature);
        }
        write(path, signatures);
    }

    static void write(Path path, List<Signature> signatures) {
        var captured = signatures.stream().flatMap(s -> s.captured().stream()).distinct().toList();
        var arrays = new LinkedHashMap<String, Array>();
        for (var node : captured) arrays.put("captured." + arrays.size(), Array.of(node));
        Saving.safetensors(path, arrays,
            Map.of(FUNCTION, Json.write(signatures.stream().map(s -> s.spelled(captured)).toList())));
    }

    static Imported read(Path path) {
        var file = Safetensors.read(path);
        var function = file.metadata().get(FUNCTION);
        if (function == null) throw new FormatException(path + ": expected a function, written by exportFunction");
        var captured = new ArrayList<Node>();
        for (int i = 0; i < file.tensors().size(); i++) {
            var t = file.tensor("captured." + i);
            captured.add(Lazuli.array(t.data(), t.dtype(), t.shape().dims()).node());
        }
        try {
            return new Imported(path.toString(), Json.parse(path + ": " + FUNCTION, function).items().stream()
                .map(spelled -> Signature.read(spelled, captured)).toList());
        } catch (IllegalArgumentException e) {
            throw new FormatException(path + ": " + e.getMessage(), e);
        }
    }

    /// Paths, types and shapes of the arrays that the function takes, once for each kind of argument.
    ///
    /// ```
    /// exportFunction(Path.of("sum.safetensors"), (List<Array> x) -> x.getFirst(), List.of(ones(3), ones(2, 3)));
    /// importFunction(Path.of("sum.safetensors")).signatures()    // [(0: float32 (3,), 1: float32 (2, 3))]
    /// ```
    public List<String> signatures() { return signatures.stream().map(Signature::toString).toList(); }

    /// The function's results, by path, for a tree of as many arrays of those types and shapes as it was exported for,
    /// or with more leading axes. Of several kinds that fit, it is the one with the fewest axes before; if that is not
    /// one yet, the one with the same paths. Where sizes are free, axes of one name have one length.
    ///
    /// ```
    /// exportFunction(Path.of("double.safetensors"), (Array x) -> List.of(x.mul(2)), ones(3));
    /// importFunction(Path.of("double.safetensors")).apply(array(1f, 2f, 3f)).get("0")
    /// // array([2, 4, 6], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if none fits
    public SequencedMap<String, Array> apply(Object tree) {
        var leaves = Tree.flatten(tree);
        var paths = Tree.paths(tree);
        var given = List.copyOf(leaves.sequencedValues());
        int least = signatures.stream().mapToInt(s -> s.lead(given)).filter(lead -> lead >= 0).min().orElse(-1);
        var fitting = signatures.stream().filter(s -> least >= 0 && s.lead(given) == least).toList();
        if (fitting.size() > 1) fitting = fitting.stream().filter(s -> s.inputs().equals(paths)).toList();
        if (fitting.size() == 1) return fitting.getFirst().apply(given);
        throw new IllegalArgumentException(name + ": expected one of " + signatures + ", got "
            + Signature.text(paths, given.stream().map(x -> x.dtype() + " " + x.shape()).toList()));
    }
}
