package dev.lazuli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Structures of arrays: an array, a record, a list, a map with string keys, an `Optional`, nested in any way. Whatever
/// else is in them (numbers, strings, null) is not part of the tree and stays as it is.
///
/// Flat, a tree is an ordered map with dotted keys, exactly a checkpoint's: component `qProj` is `q_proj`, unless
/// `@Key` names it; list entries are numbered.
public final class Tree {
    private static final ClassValue<Fields> FIELDS = new ClassValue<>() {
        @Override protected Fields computeValue(Class<?> type) { return Fields.of(type); }
    };

    private Tree() {}

    /// The arrays of a tree by their paths, in declared order.
    ///
    /// ```
    /// Tree.flatten(Map.of("layers", List.of(array(1), array(2, 3)))).keySet()    // [layers.0, layers.1]
    /// ```
    public static SequencedMap<String, Array> flatten(@Nullable Object tree) {
        var leaves = new LinkedHashMap<String, Array>();
        walk("", tree, (path, x) -> {
            leaves.put(path, x);
            return x;
        });
        return leaves;
    }

    /// The arrays of a tree, in the order of `flatten`.
    ///
    /// ```
    /// Tree.leaves(List.of(array(1), Map.of("w", array(2, 3))))
    /// // [array([1], dtype=int32), array([2, 3], dtype=int32)]
    /// ```
    public static List<Array> leaves(@Nullable Object tree) { return new ArrayList<>(flatten(tree).values()); }

    static List<String> paths(@Nullable Object tree) { return List.copyOf(flatten(tree).keySet()); }

    /// The same tree with every array replaced.
    ///
    /// ```
    /// Tree.map(List.of(array(1), array(2, 3)), x -> x.mul(10))
    /// // [array([10], dtype=int32), array([20, 30], dtype=int32)]
    /// ```
    public static <T> T map(T tree, UnaryOperator<Array> f) { return map(tree, (path, x) -> f.apply(x)); }

    /// The same tree with every array replaced; the function also sees its path.
    ///
    /// ```
    /// Tree.map(Map.of("w", array(2, 3)), (path, x) -> path.equals("w") ? x.neg() : x)
    /// // {w=array([-2, -3], dtype=int32)}
    /// ```
    public static <T> T map(T tree, BiFunction<String, Array, @Nullable Array> f) {
        @SuppressWarnings("unchecked") var result = (T) walk("", tree, f);
        return result;
    }

    /// The first of two trees that have arrays at the same paths, with each array replaced by what a function makes of
    /// both.
    ///
    /// ```
    /// Tree.map(Map.of("w", array(2, 3)), Map.of("w", array(10, 20)), Array::add)
    /// // {w=array([12, 23], dtype=int32)}
    /// ```
    ///
    /// @throws IllegalArgumentException if one has arrays where the other has none
    public static <T> T map(T tree, Object other, BinaryOperator<Array> f) {
        var others = flatten(other);
        var paths = flatten(tree).keySet();
        if (!paths.equals(others.keySet()))
            throw new IllegalArgumentException("Tree.map: got arrays at " + paths + " and " + others.keySet());
        return map(tree, (path, x) -> f.apply(x, others.get(path)));
    }

    /// One tree with what is in either of two: where one has null, no key or no such place, it is the other's.
    ///
    /// ```
    /// Tree.merge(Map.of("w", array(2, 3)), Map.of("b", array(1)))
    /// // {w=array([2, 3], dtype=int32), b=array([1], dtype=int32)}
    /// ```
    ///
    /// @throws IllegalArgumentException if both have something at one place that is not the same
    public static <T> T merge(T a, T b) {
        @SuppressWarnings("unchecked") var result = (T) merge("", a, b);
        return result;
    }

    private static @Nullable Object merge(String path, @Nullable Object a, @Nullable Object b) {
        if (a == null || a.equals(b)) return b;
        if (b == null) return a;
        return switch (a) {
            case Record x when b.getClass() == x.getClass() -> {
                var fields = FIELDS.get(x.getClass());
                var values = fields.values(x);
                var others = fields.values((Record) b);
                for (int i = 0; i < values.length; i++)
                    values[i] = merge(join(path, fields.keys[i]), values[i], others[i]);
                yield fields.record(values);
            }
            case List<?> x when b instanceof List<?> y -> {
                var result = new ArrayList<@Nullable Object>();
                for (int i = 0; i < Math.max(x.size(), y.size()); i++)
                    result.add(merge(join(path, String.valueOf(i)), i < x.size() ? x.get(i) : null,
                        i < y.size() ? y.get(i) : null));
                yield result;
            }
            case Map<?, ?> x when b instanceof Map<?, ?> y -> {
                var result = new LinkedHashMap<Object, @Nullable Object>(x);
                y.forEach((key, value) -> result.put(key, merge(join(path, key.toString()), x.get(key), value)));
                yield result;
            }
            case Optional<?> x when b instanceof Optional<?> y ->
                Optional.ofNullable(merge(path, x.orElse(null), y.orElse(null)));
            default -> throw new IllegalArgumentException("Tree.merge: both trees have "
                + (a instanceof Array ? "an array" : "another value") + " at '" + path + "'");
        };
    }

    /// The same tree with arrays taken from a list in the order of `leaves`.
    ///
    /// ```
    /// Tree.with(Map.of("w", array(2, 3)), List.of(array(4)))    // {w=array([4], dtype=int32)}
    /// ```
    public static <T> T with(T tree, List<? extends @Nullable Array> leaves) {
        var next = leaves.iterator();
        return map(tree, (path, x) -> next.next());
    }

    /// What tells trees apart besides the values of their arrays: equal for two in which a function cannot differ.
    static List<@Nullable Object> kind(@Nullable Object tree) {
        var kind = new ArrayList<@Nullable Object>();
        describe(tree, kind);
        return kind;
    }

    private static void describe(@Nullable Object tree, List<@Nullable Object> kind) {
        switch (tree) {
            case null -> kind.add(null);
            case Array x -> kind.addAll(List.of(x.shape(), x.dtype()));
            case Record record -> {
                kind.add(record.getClass());
                for (var value : FIELDS.get(record.getClass()).values(record)) describe(value, kind);
            }
            case List<?> list -> {
                kind.add(list.size());
                for (var x : list) describe(x, kind);
            }
            case Map<?, ?> map -> {
                kind.add(map.size());
                map.forEach((key, x) -> {
                    kind.add(key);
                    describe(x, kind);
                });
            }
            case Optional<?> optional -> describe(optional.orElse(null), kind);
            default -> kind.add(tree);
        }
    }

    private static @Nullable Object walk(String path, @Nullable Object tree,
                                         BiFunction<String, Array, @Nullable Array> f) {
        return switch (tree) {
            case null -> null;
            case Array x -> f.apply(path, x);
            case Record record -> walkRecord(path, record, f);
            case List<?> list -> {
                var result = new ArrayList<@Nullable Object>(list.size());
                for (var x : list) result.add(walk(join(path, String.valueOf(result.size())), x, f));
                yield result;
            }
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<Object, @Nullable Object>();
                map.forEach((key, x) -> result.put(key, walk(join(path, key.toString()), x, f)));
                yield result;
            }
            case Optional<?> optional -> optional.map(x -> walk(path, x, f));
            default -> tree;
        };
    }

    private static Record walkRecord(String path, Record record, BiFunction<String, Array, @Nullable Array> f) {
        var fields = FIELDS.get(record.getClass());
        var values = fields.values(record);
        boolean changed = false;
        for (int i = 0; i < values.length; i++) {
            var value = values[i];
            values[i] = walk(join(path, fields.keys[i]), value, f);
            changed |= values[i] != value;
        }
        return changed ? fields.record(values) : record;
    }

    /// How a record is read and made, looked up once for its class.
    private record Fields(String[] keys, Method[] accessors, Constructor<?> constructor) {
        Record record(@Nullable Object[] values) {
            try {
                return (Record) constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException cause) throw cause;
                throw new IllegalArgumentException("tree: " + constructor.getDeclaringClass().getName()
                    + " refused its components", e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e); // they were made accessible
            }
        }

        static Fields of(Class<?> type) {
            var components = type.getRecordComponents();
            try {
                var constructor = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
                var accessors = Stream.of(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
                constructor.setAccessible(true);
                for (var accessor : accessors) accessor.setAccessible(true);
                var keys = Stream.of(components).map(Fields::key).toArray(String[]::new);
                return new Fields(keys, accessors, constructor);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e); // every record has it
            } catch (InaccessibleObjectException e) {
                throw new IllegalArgumentException("tree: " + type.getName() + " is not open: add `opens "
                    + type.getPackageName() + " to dev.lazuli;` to the module-info of " + type.getModule(), e);
            }
        }

        @Nullable Object[] values(Record record) {
            var values = new @Nullable Object[accessors.length];
            try {
                for (int i = 0; i < values.length; i++) values[i] = accessors[i].invoke(record);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException cause) throw cause;
                throw new IllegalStateException(e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e); // they were made accessible
            }
            return values;
        }

        private static String key(RecordComponent component) {
            var key = component.getAnnotation(Key.class);
            return key != null ? key.value()
                : component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        }
    }

    private static String join(String path, String key) { return path.isEmpty() ? key : path + "." + key; }
}
