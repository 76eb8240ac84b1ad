package dev.lazuli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A number that follows from sizes that have names: a sum of products of them, each at most squared, or one over it,
/// or a root.
///
/// In a tree it is an object, as `{"n": 1, "1": -1}` for n - 1 and `{"n*m": 1, "form": "INVERSE"}` for 1 / (n·m).
///
/// @param terms  factors of products of names; that of `1` is the constant
/// @param narrow whether it is rounded to `float`
public record Formula(SequencedMap<String, Double> terms, Form form, boolean narrow) {
    /// What becomes of the sum.
    public enum Form {
        ITSELF, INVERSE, ROOT, INVERSE_ROOT;

        private double of(double sum) {
            return switch (this) {
                case ITSELF -> sum;
                case INVERSE -> 1 / sum;
                case ROOT -> Math.sqrt(sum);
                case INVERSE_ROOT -> 1 / Math.sqrt(sum);
            };
        }

        /// Sums are whole, or halves: what differs from them a little was rounded.
        private double sum(double value) {
            double sum = switch (this) {
                case ITSELF -> value;
                case INVERSE -> 1 / value;
                case ROOT -> value * value;
                case INVERSE_ROOT -> 1 / (value * value);
            };
            return Math.rint(sum * 2) / 2;
        }
    }

    /// The formula that gives these values; null if there is none.
    ///
    /// @param from   where the values begin
    /// @param values for `from`, `from + 1` and `from + 2` of each name, the first name's running fastest
    public static @Nullable Formula of(List<String> names, int[] from, List<Number> values) {
        for (var form : Form.values())
            for (boolean narrow : new boolean[] {false, true}) {
                var sums = values.stream().mapToDouble(v -> form.sum(v.doubleValue())).toArray();
                var formula = new Formula(terms(names, from, sums), form, narrow);
                if (formula.gives(names, from, values)) return formula;
            }
        return null;
    }

    private boolean gives(List<String> names, int[] from, List<Number> values) {
        for (int i = 0; i < values.size(); i++) {
            var sizes = new LinkedHashMap<String, Integer>();
            for (int axis = 0, rest = i; axis < from.length; axis++, rest /= 3)
                sizes.put(names.get(axis), from[axis] + rest % 3);
            if (at(sizes).doubleValue() != values.get(i).doubleValue()) return false;
        }
        return true;
    }

    /// Newton's differences along one axis after the other; whole numbers and halves are exact.
    private static SequencedMap<String, Double> terms(List<String> names, int[] from, double[] values) {
        var products = new ArrayList<>(List.of(""));
        int step = 1;
        for (int axis = 0; axis < from.length; axis++, step *= 3) {
            double n = from[axis];
            for (int i = 0; i < values.length; i++) {
                if (i / step % 3 != 0) continue;
                double slope = values[i + step] - values[i];
                double bend = (values[i + 2 * step] - values[i + step] - slope) / 2;
                values[i] -= n * (slope - bend * (n + 1));
                values[i + step] = slope - bend * (2 * n + 1);
                values[i + 2 * step] = bend;
            }
            var name = "*" + names.get(axis);
            for (int i = 0; i < 2 * step; i++) products.add(products.get(i) + name);
        }
        var terms = new LinkedHashMap<String, Double>();
        for (int i = values.length - 1; i >= 0; i--)
            if (values[i] != 0) terms.put(i == 0 ? "1" : products.get(i).substring(1), values[i]);
        return terms;
    }

    /// The number for some sizes.
    public Number at(Map<String, Integer> sizes) {
        double sum = 0;
        for (var term : terms.entrySet()) {
            double product = term.getValue();
            for (var name : term.getKey().split("\\*"))
                if (!name.equals("1")) product *= size(name, sizes);
            sum += product;
        }
        double value = narrow ? (float) form.of(sum) : form.of(sum);
        if (form == Form.ITSELF && value == Math.rint(value)) return (long) value;
        return value;
    }

    private static int size(String name, Map<String, Integer> sizes) {
        var size = sizes.get(name);
        if (size == null) throw new IllegalArgumentException("import: no size " + name + ", there are " + sizes);
        return size;
    }

    /// A tree with numbers in place of formulas.
    static @Nullable Object at(@Nullable Object tree, Map<String, Integer> sizes) {
        return switch (tree) {
            case Map<?, ?> formula -> read(formula).at(sizes);
            case List<?> list -> list.stream().map(x -> at(x, sizes)).toList();
            case null, default -> tree;
        };
    }

    /// As an object of a tree.
    public Map<String, Object> spelled() {
        var spelled = new LinkedHashMap<String, Object>();
        terms.forEach((product, factor) ->
            spelled.put(product, factor == Math.rint(factor) ? (Number) factor.longValue() : factor));
        if (form != Form.ITSELF) spelled.put("form", form.name());
        if (narrow) spelled.put("float", true);
        return spelled;
    }

    private static Formula read(Map<?, ?> spelled) {
        var terms = new LinkedHashMap<String, Double>();
        spelled.forEach((name, x) -> {
            if (x instanceof Number factor) terms.put(String.valueOf(name), factor.doubleValue());
        });
        var form = spelled.get("form");
        return new Formula(terms, form == null ? Form.ITSELF : Form.valueOf(String.valueOf(form)),
            spelled.get("float") instanceof Boolean narrow && narrow);
    }
}
