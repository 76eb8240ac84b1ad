package dev.lazuli;

import dev.lazuli.graph.Gather;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Slice;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Indices worked out for a shape: a slice of every axis, and what is done to the axes afterwards.
final class Subscript {
    final Ints starts;
    final Ints steps;
    private final Shape part;
    final boolean[] single;
    final @Nullable Array[] taken;
    final List<Integer> added = new ArrayList<>();

    Subscript(Node x, Index... indices) {
        int n = x.rank();
        long named = Arrays.stream(indices).filter(i -> !(i instanceof Index.NewAxis || i instanceof Index.Ellipsis))
            .count();
        long gaps = Arrays.stream(indices).filter(i -> i instanceof Index.Ellipsis).count();
        if (named > n || gaps > 1)
            throw new IndexOutOfBoundsException("get: " + (gaps > 1 ? gaps + " ellipses" : named + " indices")
                + " for an array of shape " + x.shape());
        single = new boolean[n];
        taken = new Array[n];
        var from = new int[n];
        var by = new int[n];
        Arrays.fill(by, 1);
        var dims = x.shape().dims();
        int axis = 0;
        int place = 0;
        for (var index : indices) {
            switch (index) {
                case Index.NewAxis a -> added.add(place++);
                case Index.Ellipsis e -> {
                    axis += (int) (n - named);
                    place += (int) (n - named);
                }
                case Index.At(int i) -> {
                    if (i < -dims[axis] || i >= dims[axis])
                        throw new IndexOutOfBoundsException("get: index " + i + " is out of bounds for axis " + axis
                            + " of " + x.shape());
                    from[axis] = i < 0 ? i + dims[axis] : i;
                    dims[axis] = 1;
                    single[axis++] = true;
                }
                case Index.Range range -> {
                    dims[axis] = bounds(range, dims[axis], from, by, axis);
                    axis++;
                    place++;
                }
                case Index.Of(var array) -> {
                    taken[axis++] = array;
                    place += array.rank();
                }
            }
        }
        checkArrays(indices);
        starts = Ints.of(from);
        steps = Ints.of(by);
        part = Shape.of(dims);
    }

    // NumPy moves the axes of arrays that are apart to the front, and takes entries beside an array for arrays.
    private void checkArrays(Index... indices) {
        long arrays = Arrays.stream(taken).filter(t -> t != null).count();
        if (arrays > 1) throw new IllegalArgumentException("get: one array of indices is supported, got " + arrays);
        if (arrays == 0) return;
        var near = IntStream.range(0, indices.length)
            .filter(i -> indices[i] instanceof Index.At || indices[i] instanceof Index.Of).summaryStatistics();
        if (near.getMax() - near.getMin() + 1 != near.getCount())
            throw new IllegalArgumentException("get: an array of indices and single entries must be neighbours; "
                + "index in two steps");
    }

    // Python's rules: bounds beyond the ends are cut, an empty range is no mistake.
    private static int bounds(Index.Range range, int length, int[] from, int[] by, int axis) {
        int step = range.step();
        if (step == 0) throw new IllegalArgumentException("get: step 0");
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? length : length - 1;
        int start = range.start() == null ? (step > 0 ? low : high)
            : Math.clamp(wrap(range.start(), length), low, high);
        int stop = range.stop() == null ? (step > 0 ? high : low) : Math.clamp(wrap(range.stop(), length), low, high);
        int count = step > 0 ? Math.ceilDiv(stop - start, step) : Math.ceilDiv(start - stop, -step);
        from[axis] = count > 0 ? start : 0;
        by[axis] = step;
        return Math.max(0, count);
    }

    private static int wrap(int i, int length) { return i < 0 ? i + length : i; }

    /// The part of `x`, with the axes a user sees.
    Node get(Node x) {
        var part = slice(x);
        for (int axis = part.rank() - 1; axis >= 0; axis--)
            if (taken[axis] != null) part = Gather.take(part, taken[axis].node(), axis);
            else if (single[axis]) part = part.squeeze(axis);
        for (int axis : added) part = part.expand(axis);
        return part;
    }

    Node slice(Node x) { return Slice.of(x, starts, steps, part); }

    /// The axis that an array indexes; -1 if there is none.
    int takenAxis() {
        for (int i = 0; i < taken.length; i++) if (taken[i] != null) return i;
        return -1;
    }

    /// The shape of a part as the user sees it: without single entries, with new axes and those of index arrays.
    Shape visible(Shape sliced) {
        var shape = sliced;
        for (int i = single.length - 1; i >= 0; i--)
            if (taken[i] != null)
                shape = shape.range(0, i).concat(taken[i].shape()).concat(shape.range(i + 1, shape.rank()));
            else if (single[i]) shape = shape.without(i);
        for (int axis : added) shape = shape.insert(axis, 1);
        return shape;
    }
}
