package dev.lazuli;

import static dev.lazuli.Lazuli.arange;
import static dev.lazuli.Lazuli.concatenate;
import static dev.lazuli.Lazuli.flatten;
import static dev.lazuli.Lazuli.maximum;
import static dev.lazuli.Lazuli.moveaxis;
import static dev.lazuli.Lazuli.split;
import static dev.lazuli.Lazuli.take;
import static dev.lazuli.Lazuli.zeros;

import dev.lazuli.graph.Slice;
import dev.lazuli.graph.SliceUpdate;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Elements in other places: what [Lazuli] has of rolling, repeating, grids, diagonals and frames.
final class Rearranging {
    private Rearranging() {}

    static Array flip(Array x, int... axes) { return Array.of(Slice.flip(x.node(), x.shape().axes("flip", axes))); }

    static Array roll(Array x, int shift, int axis) {
        int n = x.dim(axis);
        if (n == 0 || Math.floorMod(shift, n) == 0) return x;
        var parts = split(x, new int[] {n - Math.floorMod(shift, n)}, axis);
        return concatenate(List.of(parts.get(1), parts.get(0)), axis);
    }

    static Array roll(Array x, int[] shifts, int[] axes) {
        if (shifts.length != axes.length)
            throw new IllegalArgumentException("roll: expected a shift for each axis, got " + Arrays.toString(shifts)
                + " for axes " + Arrays.toString(axes));
        for (int i = 0; i < shifts.length; i++) x = roll(x, shifts[i], axes[i]);
        return x;
    }

    static Array tile(Array x, int... counts) {
        int rank = Math.max(x.rank(), counts.length);
        var shape = x.shape();
        while (shape.rank() < rank) shape = shape.insert(0, 1);
        var apart = Shape.SCALAR;
        var spread = Shape.SCALAR;
        var joined = Shape.SCALAR;
        for (int i = 0; i < rank; i++) {
            int count = i < rank - counts.length ? 1 : counts[i - rank + counts.length];
            if (count < 0)
                throw new IllegalArgumentException("tile: expected counts of at least 0, got "
                    + Arrays.toString(counts));
            apart = apart.concat(Shape.of(1, shape.dim(i)));
            spread = spread.concat(Shape.of(count, shape.dim(i)));
            joined = joined.concat(Shape.of(Math.multiplyExact(count, shape.dim(i))));
        }
        return x.reshape(apart).broadcastTo(spread.dims()).reshape(joined);
    }

    static Array repeat(Array x, int count, int axis) {
        if (count < 0) throw new IllegalArgumentException("repeat: expected a count of at least 0, got " + count);
        int a = x.shape().axis("repeat", axis);
        var apart = x.shape().insert(a + 1, 1);
        return x.reshape(apart).broadcastTo(apart.with(a + 1, count).dims())
            .reshape(x.shape().with(a, Math.multiplyExact(x.dim(a), count)));
    }

    static List<Array> meshgrid(List<Array> axes, boolean sparse, Indexing indexing) {
        int n = axes.size();
        boolean swapped = indexing == Indexing.XY && n > 1;
        var grid = new int[n];
        var columns = new ArrayList<Array>();
        for (int i = 0; i < n; i++) {
            if (axes.get(i).rank() > 1)
                throw new IllegalArgumentException("meshgrid: expected vectors, got " + axes.get(i).shape());
            int axis = swapped && i < 2 ? 1 - i : i;
            var dims = new int[n];
            Arrays.fill(dims, 1);
            dims[axis] = grid[axis] = Math.toIntExact(axes.get(i).size());
            columns.add(axes.get(i).reshape(dims));
        }
        return sparse ? columns : columns.stream().map(x -> x.broadcastTo(grid)).toList();
    }

    static Array diagonal(Array x, int offset, int axis1, int axis2) {
        if (x.rank() < 2)
            throw new IllegalArgumentException("diagonal: expected at least two axes, got " + x.shape());
        int a = x.shape().axis("diagonal", axis1), b = x.shape().axis("diagonal", axis2);
        if (a == b) throw new IllegalArgumentException("diagonal: axis " + a + " is named twice");
        var last = moveaxis(moveaxis(x, a, -1), b - (b > a ? 1 : 0), -1);
        int rows = last.dim(-2), columns = last.dim(-1);
        int row = Math.max(0, -offset), column = Math.max(0, offset);
        int length = Math.max(0, Math.min(rows - row, columns - column));
        if (length == 0) return Array.of(last.node().slice(-1, 0, 0)).reshape(last.shape().without(-1).with(-1, 0));
        // from one to the next is a row and a column on
        int from = row * columns + column;
        return flatten(last, -2, -1).get(Index.ellipsis(), Index.range(from, from + (length - 1) * (columns + 1) + 1,
            columns + 1));
    }

    static Array diag(Array x, int offset) {
        if (x.rank() == 2) return diagonal(x, offset, 0, 1);
        if (x.rank() != 1) throw new IllegalArgumentException("diag: expected one or two axes, got " + x.shape());
        int n = x.dim(0) + Math.abs(offset), from = Math.max(0, -offset) * n + Math.max(0, offset);
        if (x.dim(0) == 0) return zeros(x.dtype(), n, n);
        return zeros(x.dtype(), n * n).at(Index.range(from, from + (x.dim(0) - 1) * (n + 1) + 1, n + 1)).set(x)
            .reshape(n, n);
    }

    static Array kron(Array a, Array b) {
        int rank = Math.max(a.rank(), b.rank());
        var left = a.shape();
        var right = b.shape();
        while (left.rank() < rank) left = left.insert(0, 1);
        while (right.rank() < rank) right = right.insert(0, 1);
        var outer = Shape.SCALAR;
        var inner = Shape.SCALAR;
        var joined = Shape.SCALAR;
        for (int i = 0; i < rank; i++) {
            outer = outer.concat(Shape.of(left.dim(i), 1));
            inner = inner.concat(Shape.of(1, right.dim(i)));
            joined = joined.concat(Shape.of(Math.multiplyExact(left.dim(i), right.dim(i))));
        }
        return a.reshape(outer).mul(b.reshape(inner)).reshape(joined);
    }

    static Array asStrided(Array x, int[] dims, long[] strides, long offset) {
        if (strides.length != dims.length)
            throw new IllegalArgumentException("asStrided: expected a stride for each axis of " + Shape.of(dims)
                + ", got " + Arrays.toString(strides));
        long low = offset, high = offset;
        var places = Lazuli.scalar(offset, Dtype.INT64);
        for (int i = 0; i < dims.length; i++) {
            var column = new int[dims.length - i];
            Arrays.fill(column, 1);
            column[0] = dims[i];
            places = places.add(arange(dims[i]).to(Dtype.INT64).mul(strides[i]).reshape(column));
            low += Math.min(0, (dims[i] - 1) * strides[i]);
            high += Math.max(0, (dims[i] - 1) * strides[i]);
        }
        var shape = Shape.of(dims);
        if (shape.size() > 0 && (low < 0 || high >= x.size()))
            throw new IndexOutOfBoundsException("asStrided: places " + low + " to " + high + " of " + x.size()
                + " elements");
        return take(flatten(x), places.broadcastTo(dims), 0);
    }

    static Array pad(Array x, int[][] widths, Array value) {
        checkWidths(x, widths);
        var dims = x.shape().dims();
        var starts = new int[dims.length];
        var steps = new int[dims.length];
        Arrays.fill(steps, 1);
        for (int i = 0; i < dims.length; i++) {
            starts[i] = widths[i][0];
            dims[i] = Math.addExact(dims[i], Math.addExact(widths[i][0], widths[i][1]));
        }
        var frame = value.node().to(x.dtype()).broadcast(Shape.of(dims));
        return Array.of(SliceUpdate.of(frame, x.node(), Ints.of(starts), Ints.of(steps), false));
    }

    private static void checkWidths(Array x, int[][] widths) {
        if (widths.length != x.rank())
            throw new IllegalArgumentException("pad: expected widths of " + x.rank() + " axes, got " + widths.length);
        for (var width : widths)
            if (width.length != 2 || width[0] < 0 || width[1] < 0)
                throw new IllegalArgumentException("pad: expected two widths of at least 0, got "
                    + Arrays.toString(width));
    }

    /// Frames that repeat what is inside, axis by axis.
    static Array frame(Array x, int[][] widths, Padding mode) {
        checkWidths(x, widths);
        for (int axis = 0; axis < x.rank(); axis++) {
            int n = x.dim(axis), before = widths[axis][0], after = widths[axis][1];
            if (before == 0 && after == 0) continue;
            if (n == 0) throw new IllegalArgumentException("pad: nothing to repeat along axis " + axis + " of "
                + x.shape());
            var place = arange(-before, n + after);
            x = take(x, switch (mode) {
                case EDGE -> maximum(Lazuli.minimum(place, n - 1), 0);
                case REFLECT -> folded(place, n, Math.max(1, 2 * n - 2), 0);
                case SYMMETRIC -> folded(place, n, 2 * n, 1);
                case CONSTANT -> throw new AssertionError(mode);
            }, axis);
        }
        return x;
    }

    // Back and forth with a period: past the last place, places count down again.
    private static Array folded(Array place, int n, int period, int twice) {
        var at = place.mod(period);
        return Lazuli.where(at.lt(n), at, at.subFrom(period - twice));
    }
}
