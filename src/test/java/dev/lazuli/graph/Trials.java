package dev.lazuli.graph;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.lazuli.compiler.Backends;
import dev.lazuli.compiler.Evaluator;
import dev.lazuli.type.Device;
import dev.lazuli.type.Dtype;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What each declared operation can do, found out by trying: all its examples are run with numbers of each type.
public final class Trials {
    private static final String NONE = "", MEANING = "○", KERNEL = "●";
    private static final int BATCH = 2;

    private Trials() {}

    /// A row for each operation, what is elementwise first.
    public static String table() {
        var text = new StringBuilder(cells(Stream.of(Stream.of("operation"), Stream.of(Dtype.values()),
            Stream.of("derivative", "vmap", "kernel")).flatMap(s -> s)));
        text.append("| --- |").append(" :-: |".repeat(Dtype.values().length)).append(" --- | --- | --- |\n");
        Example.all().stream().sorted(comparing(e -> e.op() instanceof Scalar ? "" : name(e)))
            .collect(groupingBy(Trials::name, LinkedHashMap::new, toList()))
            .forEach((name, examples) -> text.append(row(name, examples)));
        return text.toString();
    }

    private static String cells(Stream<?> cells) {
        return cells.map(Object::toString).collect(joining(" | ", "| ", " |\n"));
    }

    private static String name(Example e) {
        return e.op() instanceof Scalar op ? op.label() : e.op().getClass().getSimpleName();
    }

    private static String row(String name, List<Example> examples) {
        var types = Stream.of(Dtype.values()).map(type -> mark(examples, type)).toList();
        return cells(Stream.of(Stream.of("`" + name + "`"), types.stream(),
            Stream.of(derivative(examples), vmap(examples), kernel(examples, types))).flatMap(s -> s));
    }

    // ---- one trial ---------------------------------------------------------------------------------------------

    /// Inputs of which the numbers have a type: what is `float64` in the example, or all if nothing is. Indices and
    /// packed words stay what they are.
    private static List<Node> inputs(Example e, Dtype type, int... batch) {
        var random = new Random(7);
        var numbers = e.inputs().stream().map(Example.Input::dtype).filter(t -> t == Dtype.FLOAT64).findFirst()
            .orElse(e.inputs().isEmpty() ? null : e.inputs().getFirst().dtype());
        return e.inputs().stream().map(i -> {
            var own = i.dtype() == numbers ? type : i.dtype();
            var shape = i.shape();
            for (int size : batch) shape = shape.insert(0, size);
            return Nodes.of(i.values(random, shape.size() * Nodes.parts(own)), shape, own);
        }).toList();
    }

    /// What comes out, computed; null if the type is refused.
    private static @Nullable Node run(Example e, Dtype type) {
        try {
            var y = e.f().apply(inputs(e, type));
            Evaluator.eval(List.of(y));
            return y;
        } catch (IllegalArgumentException refused) {
            return null;
        }
    }

    private static String mark(List<Example> examples, Dtype type) {
        return examples.stream().map(e -> {
            var y = run(e, type);
            return y == null ? NONE
                : e.op() instanceof Composite c && !Backends.of(Device.CPU).claims(c, y) ? MEANING : KERNEL;
        }).min(comparing(List.of(NONE, MEANING, KERNEL)::indexOf)).orElseThrow();
    }

    // ---- what they have in common ------------------------------------------------------------------------------

    /// The types in which an example has a slope, of those that it runs in.
    private static String derivative(List<Example> examples) {
        var inexact = Stream.of(Dtype.values()).filter(Dtype::isInexact)
            .filter(type -> examples.stream().allMatch(e -> run(e, type) != null)).toList();
        var moved = inexact.stream().filter(type -> examples.stream().anyMatch(moves(type))).toList();
        return moved.isEmpty() ? "none" : moved.equals(inexact) ? "yes"
            : moved.stream().map(Dtype::toString).collect(joining(", "));
    }

    private static Predicate<Example> moves(Dtype type) {
        return e -> {
            var in = inputs(e, type).stream().map(x -> Node.of(new Identity(), List.of(x), x.shape(), x.dtype()))
                .toList();
            var y = e.f().apply(in);
            return y.dtype().isInexact()
                && Autodiff.vjp(List.of(y), List.of(y.one()), in).stream().anyMatch(g -> g != null);
        };
    }

    private static String vmap(List<Example> examples) {
        if (examples.stream().allMatch(e -> e.inputs().isEmpty())) return "no inputs";
        for (var e : examples) {
            var type = e.inputs().getFirst().dtype();
            var in = inputs(e, type);
            var y = Vmap.apply(List.of(e.f().apply(in)), in, inputs(e, type, BATCH), BATCH);
            Evaluator.eval(y);
        }
        return "yes";
    }

    private static String kernel(List<Example> examples, List<String> types) {
        return switch (examples.getFirst().op()) {
            case Scalar s -> "fused";
            case Reduce r -> "fused";
            case View v -> "none, a view";
            case Structure s -> "own";
            case Composite c -> types.contains(KERNEL) ? "own" : "its meaning";
        };
    }
}
