package dev.lazuli.golden;

import dev.lazuli.Array;
import dev.lazuli.Index;
import dev.lazuli.type.Dtype;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A call as the table of operations sees it: arrays by position or name, and keyword arguments.
///
/// It remembers which arguments were asked for, so that none is passed over.
final class Call {
    private final List<Array> inputs;
    private final List<String> names;
    private final Map<String, @Nullable Object> args;
    private final Set<String> asked = new HashSet<>();

    Call(Case from, List<Array> inputs) { this(inputs, from.strings("input_names"), from.args()); }

    Call(List<Array> inputs, List<String> names, Map<String, @Nullable Object> args) {
        this.inputs = inputs;
        this.names = names;
        this.args = args;
    }

    /// The arguments that the operation did not look at.
    Set<String> ignored() {
        var rest = new TreeSet<>(args.keySet());
        for (var name : names) if (!name.isEmpty()) rest.add(name);
        rest.removeAll(asked);
        return rest;
    }

    Map<String, @Nullable Object> args() { return args; }

    List<Array> xs() { return inputs; }

    Array x() { return inputs.getFirst(); }

    Array x(int i) { return inputs.get(i); }

    /// The input passed under a keyword.
    @Nullable Array named(String name) {
        asked.add(name);
        int i = names.indexOf(name);
        return i < 0 ? null : inputs.get(i);
    }

    /// The i-th input passed by position, or null if there are fewer.
    @Nullable Array positional(int i) {
        return i < inputs.size() && (names.isEmpty() || names.get(i).isEmpty()) ? inputs.get(i) : null;
    }

    boolean has(String key) {
        asked.add(key);
        return args.get(key) != null;
    }

    @Nullable Object arg(String key) {
        asked.add(key);
        return args.get(key);
    }

    boolean flag(String key) { return Boolean.TRUE.equals(arg(key)); }

    int integer(String key, int otherwise) {
        return arg(key) instanceof Number n ? Math.toIntExact(n.longValue()) : otherwise;
    }

    @Nullable Number number(String key) { return number(key, arg(key)); }

    private static @Nullable Number number(String key, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Number n -> n;
            case String text -> Double.valueOf(text.replace("inf", "Infinity").replace("nan", "NaN"));
            case Map<?, ?> complex -> throw new Later("a complex number as " + key);
            default -> throw new Later("a boolean as " + key);
        };
    }

    double number(String key, double otherwise) {
        return number(key) instanceof Number n ? n.doubleValue() : otherwise;
    }

    @Nullable Dtype dtype(String key) { return arg(key) instanceof String name ? dtypeOf(name) : null; }

    Dtype dtype(String key, Dtype otherwise) { return dtype(key) instanceof Dtype found ? found : otherwise; }

    static Dtype dtypeOf(Object name) { return Dtype.valueOf(name.toString().toUpperCase(Locale.ROOT)); }

    /// An argument that is one integer or a list of them; empty if it is absent.
    int[] ints(String key) {
        return switch (arg(key)) {
            case null -> new int[0];
            case Number n -> new int[] {n.intValue()};
            case List<?> list -> list.stream().mapToInt(i -> ((Number) i).intValue()).toArray();
            case Object other -> throw new AssertionError(key + ": " + other);
        };
    }

    /// The axes of a reduction: empty for all.
    int[] axes() {
        if (arg("axis") instanceof List<?> list && list.isEmpty()) throw new Later("an empty list of axes");
        return ints("axis");
    }

    /// The indices of a subscript.
    Index[] index() {
        var list = (List<?>) arg("index");
        return list.stream().map(this::index).toArray(Index[]::new);
    }

    private Index index(Object entry) {
        if (entry instanceof Number n) return Index.at(n.intValue());
        if (entry.equals("newaxis")) return Index.newAxis();
        if (entry.equals("...")) return Index.ellipsis();
        var map = (Map<?, ?>) entry;
        if (map.get("array") instanceof Number i) {
            return Index.of(inputs.get(i.intValue()));
        }
        var bounds = (List<?>) map.get("slice");
        Integer start = bounds.size() > 1 ? bound(bounds.get(0)) : null;
        Integer stop = bound(bounds.get(bounds.size() > 1 ? 1 : 0));
        Integer step = bounds.size() > 2 ? bound(bounds.get(2)) : null;
        return new Index.Range(start, stop, step == null ? 1 : step);
    }

    private static @Nullable Integer bound(@Nullable Object value) {
        return value instanceof Number n ? n.intValue() : null;
    }
}
