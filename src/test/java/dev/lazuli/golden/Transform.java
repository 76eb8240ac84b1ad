package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A case of derivatives or batching: the function of its chosen inputs, and the transform applied to it.
record Transform(Case given, Operations.Operation operation) {

    /// The function of the inputs `numbers`, the others held.
    private UnaryOperator<List<Array>> of(List<Array> inputs, int... numbers) {
        return chosen -> {
            var all = new ArrayList<>(inputs);
            for (int i = 0; i < numbers.length; i++) all.set(numbers[i], chosen.get(i));
            return operation.of(new Call(given, all));
        };
    }

    private static List<Array> pick(List<Array> from, int... numbers) {
        return IntStream.of(numbers).mapToObj(from::get).toList();
    }

    void check(Compare compare) {
        var inputs = given.arrays("inputs");
        switch (given.json().at("transform").string()) {
            case "vjp" -> {
                var numbers = given.ints("argnums");
                var got = vjp(of(inputs, numbers), pick(inputs, numbers), given.arrays("cotangents"));
                compare.all("output", given.arrays("outputs"), got.value());
                compare.all("gradient", given.arrays("grads"), got.gradient());
            }
            case "jvp" -> {
                var numbers = given.ints("argnums");
                var got = jvp(of(inputs, numbers), pick(inputs, numbers), given.arrays("tangents"));
                compare.all("output", given.arrays("outputs"), got.value());
                compare.all("tangent", given.arrays("jvps"), got.tangent());
            }
            case "grad2" -> {
                var numbers = given.ints("argnums");
                var f = of(inputs, numbers);
                UnaryOperator<List<Array>> gradient = x -> vjp(f, x, given.arrays("cotangents")).gradient();
                var got = vjp(gradient, pick(inputs, numbers), given.arrays("vectors"));
                compare.all("gradient", given.arrays("grads"), got.gradient());
            }
            case "vmap" -> compare.all("output", given.arrays("outputs"), batched(inputs));
            case String other -> throw new AssertionError("transform " + other);
        }
    }

    // vmap takes one axis for all arrays: where they differ, axes are moved to the front first.
    private List<Array> batched(List<Array> inputs) {
        var axes = given.json().at("in_axes").list();
        var numbers = IntStream.range(0, axes.size()).filter(i -> axes.get(i) != null).toArray();
        var in = IntStream.of(numbers).map(i -> axis(axes.get(i))).toArray();
        var out = given.json().at("out_axes").value();
        var f = of(inputs, numbers);
        if (IntStream.of(in).distinct().count() == 1 && !(out instanceof List<?>))
            return vmap(f, in[0], axis(out)).apply(pick(inputs, numbers));
        var fronts = IntStream.range(0, in.length).mapToObj(i -> moveaxis(inputs.get(numbers[i]), in[i], 0)).toList();
        var y = vmap(f).apply(fronts);
        return IntStream.range(0, y.size())
            .mapToObj(i -> moveaxis(y.get(i), 0, axis(out instanceof List<?> l ? l.get(i) : out))).toList();
    }

    private static int axis(@Nullable Object axis) { return ((Number) axis).intValue(); }
}
