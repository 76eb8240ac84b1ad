package dev.lazuli.type;

import java.util.Arrays;

/// An immutable list of integers: axes, starts, steps. A value, unlike an `int[]`.
public final class Ints {
    private final int[] values;

    private Ints(int[] values) { this.values = values; }

    public static Ints of(int... values) { return new Ints(values.clone()); }

    public int size() { return values.length; }

    public int get(int index) { return values[index]; }

    public int[] toArray() { return values.clone(); }

    @Override public boolean equals(Object o) { return o instanceof Ints i && Arrays.equals(values, i.values); }

    @Override public int hashCode() { return Arrays.hashCode(values); }

    @Override public String toString() { return Arrays.toString(values); }
}
