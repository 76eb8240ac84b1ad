package dev.lazuli.type;

import java.util.Arrays;

/// The lengths of an array's axes, outermost first: a value.
///
/// Axes are named from the front (`0`) or, negative, from the end (`-1` is the last).
public final class Shape {
    /// The shape without axes, of one element.
    public static final Shape SCALAR = new Shape(new int[0]);

    /// So many elements have less than 2^63 bytes.
    private static final long LARGEST = 1L << 59;

    private final int[] dims;
    private final long size;

    private Shape(int[] dims) {
        this.dims = dims;
        long n = 1;
        for (int d : dims) {
            if (d < 0) throw new IllegalArgumentException("shape: negative length in " + text(dims));
            if (d > 0 && n > LARGEST / d)
                throw new ArithmeticException("shape: more than 2^59 elements in " + text(dims));
            n *= d;
        }
        this.size = n;
    }

    /// A shape of a copy of the lengths.
    ///
    /// @throws IllegalArgumentException if one is negative
    public static Shape of(int... dims) { return dims.length == 0 ? SCALAR : new Shape(dims.clone()); }

    /// The number of axes.
    public int rank() { return dims.length; }

    /// The number of elements: the product of all lengths, 1 for a scalar.
    public long size() { return size; }

    /// Length of an axis, which may be negative.
    public int dim(int axis) { return dims[axis < 0 ? axis + dims.length : axis]; }

    /// A copy of the lengths.
    public int[] dims() { return dims.clone(); }

    /// The axis counted from the front, checked.
    ///
    /// @throws IndexOutOfBoundsException naming `op` if there is no such axis
    public int axis(String op, int axis) {
        int n = dims.length;
        if (axis < -n || axis >= n)
            throw new IndexOutOfBoundsException(op + ": axis " + axis + " is out of bounds for shape " + this);
        return axis < 0 ? axis + n : axis;
    }

    /// The axes counted from the front, checked, sorted, without doubles; none given means all.
    public int[] axes(String op, int... axes) {
        int[] all = new int[dims.length];
        if (axes.length == 0) {
            for (int i = 0; i < all.length; i++) all[i] = i;
            return all;
        }
        int[] a = Arrays.stream(axes).map(i -> axis(op, i)).sorted().toArray();
        for (int i = 1; i < a.length; i++)
            if (a[i] == a[i - 1]) throw new IllegalArgumentException(op + ": axis " + a[i] + " is named twice");
        return a;
    }

    /// This shape with the length of one axis replaced.
    public Shape with(int axis, int length) {
        int[] d = dims.clone();
        d[axis < 0 ? axis + d.length : axis] = length;
        return new Shape(d);
    }

    /// This shape without an axis.
    public Shape without(int axis) {
        int a = axis < 0 ? axis + dims.length : axis;
        int[] d = new int[dims.length - 1];
        System.arraycopy(dims, 0, d, 0, a);
        System.arraycopy(dims, a + 1, d, a, d.length - a);
        return new Shape(d);
    }

    /// This shape with an axis of the given length put in front of `axis`, which counts in the result.
    public Shape insert(int axis, int length) {
        int a = axis < 0 ? axis + dims.length + 1 : axis;
        int[] d = new int[dims.length + 1];
        System.arraycopy(dims, 0, d, 0, a);
        d[a] = length;
        System.arraycopy(dims, a, d, a + 1, dims.length - a);
        return new Shape(d);
    }

    /// The axes from `from` up to, but not including, `to`.
    public Shape range(int from, int to) { return new Shape(Arrays.copyOfRange(dims, from, to)); }

    /// This shape followed by another.
    public Shape concat(Shape tail) {
        int[] d = Arrays.copyOf(dims, dims.length + tail.dims.length);
        System.arraycopy(tail.dims, 0, d, dims.length, tail.dims.length);
        return new Shape(d);
    }

    /// The shape of the given lengths for as many elements as this has; one of them may be -1, which is worked out.
    ///
    /// @throws IllegalArgumentException naming `op` if there is no such shape
    public Shape infer(String op, int... dims) {
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1 && unknown >= 0)
                throw new IllegalArgumentException(op + ": only one length can be -1, got " + Arrays.toString(dims));
            if (dims[i] == -1) unknown = i;
            else known = Math.multiplyExact(known, dims[i]);
        }
        if (unknown < 0 ? known != size : known == 0 || size % known != 0)
            throw new IllegalArgumentException(op + ": cannot make " + text(dims) + " of " + this + " (" + size
                + " elements)");
        var shape = dims.clone();
        if (unknown >= 0) shape[unknown] = Math.toIntExact(size / known);
        return new Shape(shape);
    }

    /// The shape both broadcast to by NumPy's rule: aligned at the end, lengths equal or one of them 1.
    ///
    /// @throws IllegalArgumentException naming `op` if they do not fit
    public Shape broadcast(String op, Shape other) {
        if (dims.length < other.dims.length) return other.broadcast(op, this);
        if (equals(other)) return this;
        int[] d = dims.clone();
        for (int i = 1; i <= other.dims.length; i++) {
            int a = d[d.length - i];
            int b = other.dims[other.dims.length - i];
            if (a != b && a != 1 && b != 1)
                throw new IllegalArgumentException(op + ": shapes do not broadcast: " + this + " and " + other);
            d[d.length - i] = a == 1 ? b : a;
        }
        return new Shape(d);
    }

    @Override public boolean equals(Object o) { return o instanceof Shape s && Arrays.equals(dims, s.dims); }

    @Override public int hashCode() { return Arrays.hashCode(dims); }

    /// As a Python tuple: `(2, 3)`, `(4,)`, `()`.
    @Override public String toString() { return text(dims); }

    private static String text(int[] dims) {
        var text = Arrays.toString(dims);
        return "(" + text.substring(1, text.length() - 1) + (dims.length == 1 ? ",)" : ")");
    }
}
