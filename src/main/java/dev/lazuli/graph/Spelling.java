package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Operations as plain trees of lists, strings and numbers, and back: the name of the record, then its components. A
/// row of [Scalar] is `["Scalar", "ADD"]`.
final class Spelling {
    private Spelling() {}

    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case Double d when !Double.isFinite(d) -> d.toString();
            case Float f -> of((Object) f.doubleValue());
            case Number n -> n;
            case Boolean b -> b;
            case Scalar row -> List.of("Scalar", row.name());
            case Enum<?> constant -> constant.name();
            case Ints ints -> Arrays.stream(ints.toArray()).boxed().toList();
            case Shape shape -> Arrays.stream(shape.dims()).boxed().toList();
            case Record record -> {
                var spelled = new ArrayList<Object>(List.of(record.getClass().getSimpleName()));
                for (var part : record.getClass().getRecordComponents()) spelled.add(of(read(part, record)));
                yield spelled;
            }
            default -> throw new IllegalArgumentException("export: no spelling of " + value.getClass());
        };
    }

    private static @Nullable Object read(RecordComponent part, Record record) {
        try {
            return part.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // records of this package are open to it
        }
    }

    static Primitive operation(Object spelled) {
        var list = list(spelled);
        var name = String.valueOf(list.getFirst());
        return (Primitive) made(kinds(Primitive.class).filter(k -> k.getSimpleName().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("import: there is no operation " + name)), list);
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed() && !type.isEnum()
            ? Stream.of(type.getPermittedSubclasses()).flatMap(Spelling::kinds) : Stream.of(type);
    }

    private static Object made(Class<?> type, List<?> spelled) {
        if (type == Scalar.class) return Scalar.valueOf(String.valueOf(spelled.get(1)));
        var parts = type.getRecordComponents();
        if (parts == null || spelled.size() != parts.length + 1)
            throw new IllegalArgumentException("import: cannot make " + type.getSimpleName() + " of " + spelled);
        var values = new @Nullable Object[parts.length];
        for (int i = 0; i < parts.length; i++) values[i] = value(parts[i].getType(), spelled.get(i + 1));
        try {
            return type.getDeclaredConstructor(Stream.of(parts).map(RecordComponent::getType).toArray(Class<?>[]::new))
                .newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("import: " + type.getSimpleName() + ": " + e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object value(Class<?> type, Object spelled) {
        if (type == int.class) return whole(spelled);
        if (type == long.class) return number(spelled).longValue();
        if (type == double.class) return number(spelled).doubleValue();
        if (type == boolean.class) return spelled instanceof Boolean b ? b : fail(spelled);
        if (type == Number.class) return number(spelled);
        if (type == Ints.class) return Ints.of(ints(spelled));
        if (type == Shape.class) return shape(spelled);
        if (spelled instanceof List<?> empty && empty.isEmpty()) return null;
        if (type == Scalar.class) return made(type, list(spelled));
        if (type.isEnum()) return constant(type, spelled);
        return made(type, list(spelled));
    }

    private static Object constant(Class<?> type, Object spelled) {
        return Stream.of(type.getEnumConstants()).filter(c -> ((Enum<?>) c).name().equals(spelled)).findFirst()
            .orElseGet(() -> fail(spelled));
    }

    private static Number number(Object spelled) {
        return spelled instanceof Number n ? n : spelled instanceof String text ? Double.valueOf(text) : fail(spelled);
    }

    private static int whole(Object spelled) { return Math.toIntExact(number(spelled).longValue()); }

    static List<?> list(Object spelled) { return spelled instanceof List<?> list ? list : fail(spelled); }

    static int[] ints(Object spelled) { return list(spelled).stream().mapToInt(Spelling::whole).toArray(); }

    static Shape shape(Object spelled) { return Shape.of(ints(spelled)); }

    static Dtype dtype(Object spelled) {
        return Dtype.valueOf(String.valueOf(spelled).toUpperCase(Locale.ROOT));
    }

    private static <T> T fail(Object spelled) {
        throw new IllegalArgumentException("import: got " + spelled + " where it means nothing");
    }
}
