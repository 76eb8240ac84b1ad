package dev.lazuli.type;

import java.util.Arrays;

/// An immutable list of integers: axes, starts, steps. A value, unlike an `int[]`.
public final class Ints {
    private final int[] values;

    private Ints(int[] values) { this.values = values; }

    /// A list of a copy of the values.
    public static Ints of(int... values) { return new Ints(values.clone()); }

    /// How many there are.
    public int size() { return values.length; }

    /// The value at a place, counted from 0.
    public int get(int index) { return values[index]; }

    /// A copy of the values.
    public int[] toArray() { return values.clone(); }

    @Override public boolean equals(Object o) { return o instanceof Ints i && Arrays.equals(values, i.values); }

    @Override public int hashCode() { return Arrays.hashCode(values); }

    @Override public String toString() { return Arrays.toString(values); }
}
