package dev.lazuli;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Arrays out of Java's arrays and lists that lie in each other, and back.
final class Nested {
    private final int[] dims;
    private final Class<?> leaf;
    private final Object flat;
    private final int[] place;
    private int at;

    private Nested(int[] dims, Class<?> leaf, Object flat) {
        this.dims = dims;
        this.leaf = leaf;
        this.flat = flat;
        this.place = new int[dims.length];
    }

    // ---- in ----------------------------------------------------------------------------------------------------

    static dev.lazuli.Array in(Object nested) {
        var lengths = new ArrayList<Integer>();
        var leaf = measure(nested, lengths);
        var shape = Shape.of(lengths.stream().mapToInt(n -> n).toArray());
        var all = new Nested(shape.dims(), leaf, Array.newInstance(leaf, Math.toIntExact(shape.size())));
        all.fill(nested, 0);
        return switch (all.flat) {
            case float[] x -> Creation.of(x, shape);
            case double[] x -> Creation.of(x, shape);
            case int[] x -> Creation.of(x, shape);
            case long[] x -> Creation.of(x, shape);
            case short[] x -> Creation.of(x, shape);
            case byte[] x -> Creation.of(x, shape);
            case boolean[] x -> Creation.of(x, shape);
            case BigInteger[] x -> Creation.of(MemorySegment.ofArray(Arrays.stream(x).mapToLong(Nested::bits)
                .toArray()), Dtype.UINT64, shape);
            default -> throw new IllegalArgumentException("array: expected numbers or booleans, got " + name(leaf));
        };
    }

    /// The bits of a `uint64`.
    static long bits(BigInteger value) {
        if (value.signum() >= 0 && value.bitLength() <= 64) return value.longValue();
        throw new IllegalArgumentException("array: expected 0 to 2^64 - 1, got " + value);
    }

    /// Notes the lengths along the first entries, and returns the type of the first element.
    private static Class<?> measure(@Nullable Object x, List<Integer> lengths) {
        if (x instanceof List<?> list) {
            lengths.add(list.size());
            return list.isEmpty() ? float.class : measure(list.getFirst(), lengths);
        }
        if (x == null) throw new IllegalArgumentException("array: expected numbers or booleans, got null");
        var type = x.getClass();
        if (!type.isArray()) return unboxed(type);
        lengths.add(Array.getLength(x));
        if (x instanceof Object[] entries && entries.length > 0) return measure(entries[0], lengths);
        var inner = type.componentType();
        for (; inner.isArray(); inner = inner.componentType()) lengths.add(0);
        return unboxed(inner);
    }

    private static Class<?> unboxed(Class<?> type) { return MethodType.methodType(type).unwrap().returnType(); }

    private void fill(@Nullable Object x, int axis) {
        if (axis == dims.length) {
            if (x == null || unboxed(x.getClass()) != leaf) throw ragged(axis, name(leaf), x);
            Array.set(flat, at++, x);
            return;
        }
        int n = length(x);
        if (n != dims[axis]) throw ragged(axis, dims[axis] + " entries", x);
        if (!(x instanceof List<?>) && !(x instanceof Object[])) {
            if (axis != dims.length - 1 || x.getClass().componentType() != leaf)
                throw ragged(axis, "entries of type " + name(leaf), x);
            System.arraycopy(x, 0, flat, at, n);
            at += n;
            return;
        }
        int i = 0;
        for (var entry : x instanceof Object[] array ? Arrays.asList(array) : (List<?>) x) {
            place[axis] = i++;
            fill(entry, axis + 1);
        }
    }

    private static int length(@Nullable Object x) {
        return x instanceof List<?> list ? list.size() : x != null && x.getClass().isArray() ? Array.getLength(x) : -1;
    }

    private IllegalArgumentException ragged(int axis, String expected, @Nullable Object got) {
        var where = IntStream.range(0, axis).mapToObj(i -> "[" + place[i] + "]").collect(Collectors.joining());
        int n = length(got);
        return new IllegalArgumentException("array: expected " + expected + (where.isEmpty() ? "" : " at " + where)
            + ", got " + (got == null ? "null" : n < 0 ? name(unboxed(got.getClass())) + " " + got
            : n + " entries" + (got instanceof List<?> ? "" : " of type " + name(got.getClass().componentType()))));
    }

    private static String name(Class<?> type) { return type.getSimpleName(); }

    // ---- out ---------------------------------------------------------------------------------------------------

    static <T> T out(dev.lazuli.Array x, Class<T> type) {
        Class<?> leaf = type;
        int axes = 0;
        for (; leaf.isArray(); leaf = leaf.componentType()) axes++;
        if (x.dtype().isComplex())
            throw new IllegalStateException("toNested: complex64 has two parts; nest real(x) and imag(x)");
        if (axes != x.rank())
            throw new IllegalArgumentException("toNested: expected a type of " + x.rank() + " axes for shape "
                + x.shape() + ", got " + name(type));
        var flat = flat(x, leaf);
        var result = axes == 0 ? Array.get(flat, 0) : new Nested(x.shape().dims(), leaf, flat).cut(0);
        @SuppressWarnings("unchecked") var nested = (T) result; // a boxed element, or arrays of the type's leaf
        return nested;
    }

    private static Object flat(dev.lazuli.Array x, Class<?> leaf) {
        if (leaf == BigInteger.class) return Reader.integers(x);
        if (leaf == float.class) return x.toFloatArray();
        if (leaf == double.class) return x.toDoubleArray();
        if (leaf == int.class) return x.toIntArray();
        if (leaf == long.class) return x.toLongArray();
        if (leaf == short.class) return x.toShortArray();
        if (leaf == byte.class) return x.toByteArray();
        if (leaf == boolean.class) return x.toBooleanArray();
        throw new IllegalArgumentException("toNested: expected numbers, boolean or BigInteger as the innermost type, "
            + "got " + name(leaf));
    }

    private Object cut(int axis) {
        int n = dims[axis];
        if (axis == dims.length - 1) {
            var row = Array.newInstance(leaf, n);
            System.arraycopy(flat, at, row, 0, n);
            at += n;
            return row;
        }
        var type = leaf;
        for (int i = axis + 1; i < dims.length; i++) type = type.arrayType();
        var rows = (Object[]) Array.newInstance(type, n);
        for (int i = 0; i < n; i++) rows[i] = cut(axis + 1);
        return rows;
    }
}
