package dev.lazuli.golden;

import static dev.lazuli.Lazuli.broadcastShapes;
import static dev.lazuli.Lazuli.ones;
import static java.lang.reflect.Array.get;
import static java.lang.reflect.Array.getLength;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.Array;
import dev.lazuli.type.Dtype;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Cases whose result is not an array: texts, sizes, tables of types.
final class Facts {
    private Facts() {}

    interface Fact { @Nullable Object of(Call call); }

    static final Map<String, Fact> TABLE = Map.ofEntries(
        entry("Dtype.size", c -> dtypes(c).stream().map(t -> (long) t.bytes()).toList()),
        entry("mx.result_type", Facts::promotions),
        entry("array.__repr__", c -> {
            var text = c.has("precision") ? c.x().toString(c.integer("precision", 0)) : c.x().toString();
            return Map.of("str", text, "repr", text);
        }),
        entry("Dtype.__repr__", c -> {
            var text = "mlx.core." + c.dtype("dtype");
            return Map.of("str", text, "repr", text);
        }),
        entry("array.tolist", c -> list(c.x())),
        entry("mx.can_cast", c -> table(dtypes(c), dtypes(c), Dtype::canCast)),
        entry("mx.isdtype", c -> table(dtypes(c), (List<?>) c.arg("kinds"), Facts::isIn)),
        entry("mx.issubdtype", c -> {
            if (!c.has("dtypes")) throw new Later("categories of types within each other");
            return table(dtypes(c), (List<?>) c.arg("categories"), Facts::isIn);
        }),
        entry("mx.einsum_path", Arrangements::path),
        entry("mx.broadcast_shapes", c -> Arrangements.lengths(broadcastShapes(Arrangements.shapes(c)))),
        entry("mx.iinfo", c -> {
            var type = c.dtype("dtype");
            return Map.of("bits", 8L * type.bytes(), "min", type.min().toString(), "max", type.max().toString());
        }),
        entry("mx.finfo", c -> {
            var type = c.dtype("dtype");
            return Map.of("min", type.min(), "max", type.max(), "eps", type.eps(), "smallest_normal",
                type.smallestNormal(), "dtype", type.isComplex() ? "float32" : type.toString());
        }),
        entry("mx.random", c -> RandomOperations.moments(c.x())),
        entry("mx.array", c -> { throw new Later("values of Python"); }));

    private static Map.Entry<String, Fact> entry(String name, Fact fact) { return Map.entry(name, fact); }

    private static <T> Object table(List<Dtype> rows, List<T> columns, BiPredicate<Dtype, T> holds) {
        return rows.stream().map(row -> columns.stream().map(column -> holds.test(row, column)).toList()).toList();
    }

    private static boolean isIn(Dtype type, Object category) {
        return switch (category.toString().replace(" ", "")) {
            case "generic" -> true;
            case "bool" -> type.isBool();
            case "number", "numeric" -> !type.isBool();
            case "integer", "integral" -> type.isInteger();
            case "signedinteger" -> type.isInteger() && !type.isUnsigned();
            case "unsignedinteger" -> type.isUnsigned();
            case "inexact" -> type.isInexact();
            case "floating", "realfloating" -> type.isFloat();
            case "complexfloating" -> type.isComplex();
            default -> throw new Later("the category " + category);
        };
    }

    private static List<Dtype> dtypes(Call c) {
        return ((List<?>) c.arg("dtypes")).stream().map(Call::dtypeOf).toList();
    }

    private static Object promotions(Call c) {
        if (!c.has("dtypes")) throw new Later("result types of arrays and numbers");
        var all = dtypes(c);
        if (all.size() == 3) return all.stream().reduce(Dtype::promote).orElseThrow().toString();
        return all.stream().map(a -> all.stream().map(b -> a.promote(b).toString()).toList()).toList();
    }

    /// MLX's lists, out of our nested arrays.
    static Object list(Array x) {
        Class<?> type = switch (x.dtype().kind()) {
            case BOOL -> boolean.class;
            case SIGNED -> long.class;
            case UNSIGNED -> BigInteger.class;
            case FLOAT -> double.class;
            case COMPLEX -> throw new Later("complex numbers in lists");
        };
        for (int i = 0; i < x.rank(); i++) type = type.arrayType();
        return list(x.toNested(type));
    }

    private static Object list(Object nested) {
        return switch (nested) {
            case BigInteger n when n.bitLength() < 64 -> n.longValue();
            case Double d when !Double.isFinite(d) -> Double.isNaN(d) ? "nan" : d > 0 ? "inf" : "-inf";
            case Object array when array.getClass().isArray() -> IntStream.range(0, getLength(array))
                .mapToObj(i -> list(get(array, i))).toList();
            default -> nested;
        };
    }

    /// The types an operation gives, for every type or pair of types.
    static void types(Case given, Operations.Operation operation) {
        switch ((String) given.args().get("table")) {
            case "unary" -> ((Map<?, ?>) given.expected()).forEach((type, want) ->
                assertEquals(want, type(operation, Call.dtypeOf(type)), given.op() + " of " + type));
            case "binary" -> {
                var types = ((List<?>) given.args().get("dtypes")).stream().map(Call::dtypeOf).toList();
                for (int i = 0; i < types.size(); i++)
                    for (int j = 0; j < types.size(); j++)
                        assertEquals(((List<?>) ((List<?>) given.expected()).get(i)).get(j),
                            type(operation, types.get(i), types.get(j)),
                            given.op() + " of " + types.get(i) + " and " + types.get(j));
            }
            case "scalar" -> ((Map<?, ?>) given.expected()).forEach((type, row) ->
                numbers(given, operation, Call.dtypeOf(type), (Map<?, ?>) row));
            case String other -> throw new AssertionError("table " + other);
        }
    }

    // Java has no bare complex number, and a boolean is no number.
    private static void numbers(Case given, Operations.Operation operation, Dtype type, Map<?, ?> row) {
        var x = ones(type, 2, 2);
        boolean choice = given.op().equals("mx.where");
        for (var kind : List.of("int", "float")) {
            var args = new HashMap<String, @Nullable Object>();
            args.put(choice ? "y" : "b", kind.equals("int") ? (Number) 2L : (Number) 2.0);
            var inputs = choice ? List.of(ones(Dtype.BOOL, 2, 2), x) : List.of(x);
            assertEquals(row.get(kind), type(() -> operation.of(new Call(inputs, List.of(), args))),
                given.op() + " of " + type + " and " + kind);
        }
    }

    private static Object type(Operations.Operation operation, Dtype... types) {
        var inputs = new ArrayList<Array>();
        for (var type : types) inputs.add(ones(type, 2, 2));
        return type(() -> operation.of(new Call(inputs, List.of(), new LinkedHashMap<>())));
    }

    private static Object type(java.util.function.Supplier<List<Array>> call) {
        try {
            var types = call.get().stream().map(y -> y.dtype().toString()).toList();
            return types.size() == 1 ? types.getFirst() : types;
        } catch (IllegalArgumentException e) {
            return "error";
        }
    }
}
