package dev.lazuli;

import static dev.lazuli.Lazuli.argsort;
import static dev.lazuli.Lazuli.flatten;
import static dev.lazuli.Lazuli.full;
import static dev.lazuli.Lazuli.moveaxis;
import static dev.lazuli.Lazuli.take;
import static dev.lazuli.Lazuli.takeAlongAxis;
import static dev.lazuli.Lazuli.where;

import dev.lazuli.graph.Sort;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.stream.IntStream;

/// What [Lazuli] has of order: all of it follows from where elements go when they are sorted.
final class Sorting {
    private Sorting() {}

    static Array sort(Array x, int axis) { return Array.of(Sort.of(x.node(), axis)); }

    static void checkPlace(String op, Array x, int kth, int axis) {
        int n = x.dim(axis);
        if (kth < -n || kth >= n)
            throw new IndexOutOfBoundsException(op + ": place " + kth + " is out of bounds for axis " + axis + " of "
                + x.shape());
    }

    static Array largest(Array x, int k, int axis) {
        int n = x.dim(axis);
        if (k < 0 || k > n)
            throw new IllegalArgumentException("topk: expected 0 to " + n + " elements of axis " + axis + " of "
                + x.shape() + ", got " + k);
        var order = Array.of(argsort(x, axis).node().slice(axis, n - k, n));
        return takeAlongAxis(x, order, axis);
    }

    static Array median(Array x, boolean keepDims, int... axes) {
        var over = x.shape().axes("median", axes);
        var y = x.to(x.dtype().toInexact());
        var kept = IntStream.range(0, x.rank()).filter(a -> IntStream.of(over).noneMatch(o -> o == a)).toArray();
        var order = IntStream.concat(IntStream.of(kept), IntStream.of(over)).toArray();
        var lead = Shape.of(IntStream.of(kept).map(x::dim).toArray());
        int n = IntStream.of(over).map(x::dim).reduce(1, Math::multiplyExact);
        if (n == 0) throw new IllegalArgumentException("median: no elements along the axes of " + x.shape());
        var sorted = sort(y.transpose(order).reshape(lead.concat(Shape.of(n))), -1).node();
        var middle = Array.of(sorted.slice(-1, (n - 1) / 2, n / 2 + 1).mean(false, -1));
        return keepDims ? Lazuli.expandDims(middle, over) : middle;
    }

    /// Halves the range in which each value's place must be, as often as the length has bits.
    static Array places(Array sorted, Array values, boolean right) {
        if (sorted.rank() != 1)
            throw new IllegalArgumentException("searchsorted: expected a vector, got " + sorted.shape());
        int n = sorted.dim(0);
        var type = sorted.dtype().promote(values.dtype());
        var low = full(0, Dtype.INT32, values.shape().dims());
        if (n == 0) return low.to(Dtype.UINT32);
        var high = full(n, Dtype.INT32, values.shape().dims());
        var x = sorted.to(type);
        var v = values.to(type);
        for (int width = n; width > 0; width /= 2) {
            var middle = low.add(high).floorDiv(2);
            var at = take(x, Lazuli.minimum(middle, n - 1), 0);
            // NaN is the last of all
            var before = right ? v.lt(at).or(Lazuli.isnan(at).and(Lazuli.isnan(v).not())).not()
                : at.lt(v).or(Lazuli.isnan(v).and(Lazuli.isnan(at).not()));
            var open = low.lt(high);
            low = where(open.and(before), middle.add(1), low);
            high = where(open.and(before.not()), middle, high);
        }
        return low.to(Dtype.UINT32);
    }
}
