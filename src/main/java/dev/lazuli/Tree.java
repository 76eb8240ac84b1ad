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
        try {
            return changed ? (Record) fields.constructor.newInstance(values) : record;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalArgumentException("tree: " + record.getClass().getName() + " refused its components",
                e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // they were made accessible
        }
    }

    /// How a record is read and made, looked up once for its class.
    private record Fields(String[] keys, Method[] accessors, Constructor<?> constructor) {
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
