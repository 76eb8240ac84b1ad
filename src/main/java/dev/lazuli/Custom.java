package dev.lazuli;

import dev.lazuli.graph.Call;
import dev.lazuli.graph.Node;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A function with derivatives or batching of its own; whatever has no rule follows from its operations. Arrays that it
/// uses besides its argument are constants to its rules.
///
/// ```
/// var round = customFunction((Array x) -> round(x)).vjp((x, y, ct) -> ct);    // a straight-through estimator
/// grad((Array x) -> sum(round.apply(x))).apply(array(0.3f, 1.7f));            // array([1, 1], dtype=float32)
/// ```
public final class Custom<T, V> implements Function<T, V> {
    /// The cotangents of an argument, from it, the result, and the result's cotangents.
    @FunctionalInterface
    public interface Vjp<T, V> {
        /// The cotangents of x.
        T of(T x, V y, V cotangent);
    }

    private final Function<T, V> f;
    private final @Nullable Vjp<T, V> vjp;
    private final @Nullable BiFunction<T, T, V> jvp;
    private final @Nullable Function<T, V> vmap;

    Custom(Function<T, V> f, @Nullable Vjp<T, V> vjp, @Nullable BiFunction<T, T, V> jvp,
           @Nullable Function<T, V> vmap) {
        this.f = f;
        this.vjp = vjp;
        this.jvp = jvp;
        this.vmap = vmap;
    }

    /// The same with a rule for reverse differentiation.
    public Custom<T, V> vjp(Vjp<T, V> rule) { return new Custom<>(f, rule, jvp, vmap); }

    /// The same with a rule for forward differentiation: tangents of the result from an argument and its tangents.
    ///
    /// ```
    /// var f = customFunction((Array x) -> round(x)).jvp((x, dx) -> dx);
    /// jvp(f, array(0.3f), array(5f)).tangent()    // array([5], dtype=float32)
    /// ```
    public Custom<T, V> jvp(BiFunction<T, T, V> rule) { return new Custom<>(f, vjp, rule, vmap); }

    /// The same with a rule for batches: results for arguments that have a leading axis.
    ///
    /// ```
    /// var f = customFunction((Array x) -> x.sum()).vmap(x -> x.sum(1));
    /// vmap(f).apply(ones(2, 3))    // array([3, 3], dtype=float32)
    /// ```
    public Custom<T, V> vmap(Function<T, V> rule) { return new Custom<>(f, vjp, jvp, rule); }

    @Override public V apply(T x) {
        var traced = Traced.of("customFunction", f, x);
        var y = traced.like();
        var rules = new Call.Rules(
            vjp == null ? null : given -> checked("vjp", x,
                vjp.of(Traced.with(x, given.get(0)), Traced.with(y, given.get(1)), Traced.with(y, given.get(2)))),
            jvp == null ? null : given -> checked("jvp", y,
                jvp.apply(Traced.with(x, given.get(0)), Traced.with(x, given.get(1)))),
            vmap == null ? null : given -> checked("vmap", y, vmap.apply(Traced.with(x, given.get(0)))),
            false);
        return traced.result(Call.of(traced.graph(), Traced.nodes(x), rules));
    }

    private static List<Node> checked(String rule, Object like, Object found) {
        var nodes = Traced.nodes(found);
        int expected = Tree.leaves(like).size();
        if (nodes.size() != expected)
            throw new IllegalArgumentException("customFunction: expected " + expected + " arrays from its rule " + rule
                + ", got " + nodes.size());
        return nodes;
    }
}
