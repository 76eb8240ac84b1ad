package dev.lazuli.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How a shape lies in memory: element (i, j, …) is at `offset + i·strides[0] + j·strides[1] + …`, in elements.
///
/// Strides may be 0 (broadcast) or negative (reversed). A layout is a value; each view operation gives a new one.
///
/// @param shape the lengths of the axes
/// @param strides elements from one entry of an axis to the next
/// @param offset elements in front of the first
public record Layout(Shape shape, long[] strides, long offset) {

    /// Row-major, without gaps, from 0.
    public static Layout of(Shape shape) { return new Layout(shape, rowMajor(shape), 0); }

    private static long[] rowMajor(Shape shape) {
        var strides = new long[shape.rank()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.dim(i));
        }
        return strides;
    }

    /// The stride of an axis; negative axes count from the end.
    public long stride(int axis) { return strides[axis < 0 ? axis + strides.length : axis]; }

    /// Whether elements follow each other in row-major order; axes of length 1 have any stride.
    public boolean isContiguous() {
        if (shape.size() == 0) return true;
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            if (shape.dim(i) != 1 && strides[i] != expected) return false;
            expected *= shape.dim(i);
        }
        return true;
    }

    /// The axes in another order: axis `i` of the result is axis `axes[i]` of this.
    public Layout permute(int... axes) {
        var dims = new int[axes.length];
        var to = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            dims[i] = shape.dim(axes[i]);
            to[i] = strides[axes[i]];
        }
        return new Layout(Shape.of(dims), to, offset);
    }

    /// Broadcast to a shape of at least this rank, aligned at the end.
    public Layout broadcast(Shape to) {
        var s = new long[to.rank()];
        int lead = to.rank() - shape.rank();
        for (int i = lead; i < s.length; i++) s[i] = shape.dim(i - lead) == to.dim(i) ? strides[i - lead] : 0;
        return new Layout(to, s, offset);
    }

    /// Elements `start + i·step` of each axis, `to` of them.
    public Layout slice(int[] starts, int[] steps, Shape to) {
        var s = strides.clone();
        long at = offset;
        for (int i = 0; i < s.length; i++) {
            at += to.size() == 0 ? 0 : starts[i] * strides[i];
            s[i] *= steps[i];
        }
        return new Layout(to, s, at);
    }

    /// The same elements under another shape of equal size, or null if that takes a copy.
    public @Nullable Layout reshape(Shape to) {
        if (to.equals(shape)) return this;
        if (isContiguous()) return new Layout(to, rowMajor(to), offset);
        var result = new long[to.rank()];
        int from = 0;
        int i = 0;
        while (from < shape.rank() || i < to.rank()) {
            long a = from < shape.rank() ? shape.dim(from) : 1;
            long b = i < to.rank() ? to.dim(i) : 1;
            int fromEnd = from + 1;
            int toEnd = i + 1;
            while (a != b) {
                if (a < b) a *= shape.dim(fromEnd++);
                else b *= to.dim(toEnd++);
            }
            long stride = 1;
            boolean first = true;
            for (int d = Math.min(fromEnd, shape.rank()) - 1; d >= from; d--) {
                if (shape.dim(d) == 1) continue;
                if (first) stride = strides[d];
                else if (strides[d] != strides[inner(d)] * shape.dim(inner(d))) return null;
                first = false;
            }
            for (int d = Math.min(toEnd, to.rank()) - 1; d >= i; d--) {
                result[d] = stride;
                stride *= to.dim(d);
            }
            from = fromEnd;
            i = toEnd;
        }
        return new Layout(to, result, offset);
    }

    private int inner(int axis) {
        do axis++; while (shape.dim(axis) == 1);
        return axis;
    }

    @Override public boolean equals(Object o) {
        return o instanceof Layout l && offset == l.offset && shape.equals(l.shape)
            && Arrays.equals(strides, l.strides);
    }

    @Override public int hashCode() {
        return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
    }

    @Override public String toString() { return shape + " strides " + Arrays.toString(strides) + " offset " + offset; }
}
