package dev.lazuli;

import dev.lazuli.graph.Broadcast;
import dev.lazuli.graph.Gather;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.Scatter;
import dev.lazuli.graph.Slice;
import dev.lazuli.graph.SliceUpdate;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Indices worked out for a shape: a slice of every axis, what arrays take of it, and where a user sees the axes.
///
/// As in NumPy, arrays of indices broadcast against each other, and single entries beside them count as arrays. Their
/// axes stand where the first of them stands; at the front, if a slice lies between them.
final class Subscript {
    private final Ints starts;
    private final Ints steps;
    private final Shape part;
    private final boolean[] single;
    private final @Nullable Array[] taken;

    /// Axes that an array takes from, and the shape of all those arrays.
    private final int[] axes;
    private final Shape block;
    /// Where the block's axes are among those kept, and where new axes are among all.
    private final int blockAt;
    private final List<Integer> added = new ArrayList<>();

    Subscript(Node x, Index... indices) {
        int n = x.rank();
        long named = Arrays.stream(indices).filter(i -> !(i instanceof Index.NewAxis || i instanceof Index.Ellipsis))
            .count();
        long gaps = Arrays.stream(indices).filter(i -> i instanceof Index.Ellipsis).count();
        if (named > n || gaps > 1)
            throw new IndexOutOfBoundsException("get: " + (gaps > 1 ? gaps + " ellipses" : named + " indices")
                + " for an array of shape " + x.shape());
        block = Arrays.stream(indices).filter(Index.Of.class::isInstance)
            .map(i -> ((Index.Of) i).indices().shape()).reduce(Shape.SCALAR, (a, b) -> a.broadcast("get", b));
        single = new boolean[n];
        taken = new Array[n];
        var from = new int[n];
        var by = new int[n];
        Arrays.fill(by, 1);
        var dims = x.shape().dims();
        boolean inFront = isApart(indices);
        int axis = 0;
        int kept = 0;
        int at = inFront ? 0 : -1;
        int place = inFront ? block.rank() : 0;
        for (var index : indices) {
            switch (index) {
                case Index.NewAxis a -> added.add(place++);
                case Index.Ellipsis e -> {
                    axis += (int) (n - named);
                    kept += (int) (n - named);
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
                    kept++;
                    place++;
                }
                case Index.Of(var array) -> {
                    if (array.dtype().isBool())
                        throw new IllegalArgumentException("get: a mask says how many elements only when it is "
                            + "computed; at(of(mask)) can be set");
                    taken[axis++] = array;
                    if (at < 0) {
                        at = kept;
                        place += block.rank();
                    }
                }
            }
        }
        axes = IntStream.range(0, n).filter(i -> taken[i] != null).toArray();
        blockAt = Math.max(0, at);
        starts = Ints.of(from);
        steps = Ints.of(by);
        part = Shape.of(dims);
    }

    private static boolean isApart(Index... indices) {
        if (Arrays.stream(indices).noneMatch(Index.Of.class::isInstance)) return false;
        var near = IntStream.range(0, indices.length)
            .filter(i -> indices[i] instanceof Index.At || indices[i] instanceof Index.Of).summaryStatistics();
        return near.getMax() - near.getMin() + 1 != near.getCount();
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

    private int[] kept() {
        return IntStream.range(0, single.length).filter(i -> !single[i] && taken[i] == null).toArray();
    }

    private Shape keptShape() { return Shape.of(IntStream.of(kept()).map(part::dim).toArray()); }

    /// The part of `x`, with the axes a user sees.
    Node get(Node x) {
        var now = Slice.of(x, starts, steps, part);
        Node seen;
        if (axes.length == 0) seen = now.reshape(keptShape());
        else if (axes.length == 1) {
            int at = Math.toIntExact(IntStream.of(kept()).filter(i -> i < axes[0]).count());
            var rest = now.reshape(keptShape().insert(at, part.dim(axes[0])));
            seen = moved(Gather.take(rest, taken[axes[0]].node(), at), at, blockAt);
        } else seen = moved(Gather.take(front(now), place(), 0), 0, blockAt);
        for (int axis : added) seen = seen.expand(axis);
        return seen;
    }

    /// `x` with a value at this place, or what is there folded with it.
    Node put(@Nullable Scalar fold, Node x, Node value) {
        var now = Slice.of(x, starts, steps, part);
        var inner = keptShape();
        var shape = inner.range(0, blockAt).concat(block).concat(inner.range(blockAt, inner.rank()));
        var visible = shape;
        for (int axis : added) visible = visible.insert(axis, 1);
        var update = Broadcast.of("at", value, visible).reshape(shape);
        var result = axes.length == 0 ? folded(fold, now, update.reshape(part)) : scatter(fold, now, update);
        return now == x ? result : SliceUpdate.of(x, result, starts, steps, false);
    }

    private static Node folded(@Nullable Scalar fold, Node now, Node update) {
        return fold == null ? update : fold.of(now, update);
    }

    private Node scatter(@Nullable Scalar fold, Node now, Node update) {
        int count = Math.toIntExact(block.size());
        if (axes.length == 1) {
            int axis = axes[0], at = Math.toIntExact(IntStream.of(kept()).filter(i -> i < axis).count());
            var flat = part.with(axis, count);
            var column = Shape.of(count);
            for (int i = axis + 1; i < flat.rank(); i++) column = column.insert(-1, 1);
            return Scatter.of(fold, now, taken[axis].node().reshape(column).broadcast(flat),
                moved(update, blockAt, at).reshape(flat), axis);
        }
        var rows = front(now);
        var flat = rows.shape().with(0, count);
        var column = Shape.of(count);
        for (int i = 1; i < flat.rank(); i++) column = column.insert(-1, 1);
        var result = Scatter.of(fold, rows, place().reshape(column).broadcast(flat),
            moved(update, blockAt, 0).reshape(flat), 0);
        var order = order();
        var back = new int[order.length];
        for (int i = 0; i < order.length; i++) back[order[i]] = i;
        return result.reshape(Shape.of(IntStream.of(order).map(part::dim).toArray())).permute(back);
    }

    /// The block's axes from one place among the others to another.
    private Node moved(Node x, int from, int to) {
        if (from == to || block.rank() == 0) return x;
        var order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        var moving = new ArrayList<>(order.subList(from, from + block.rank()));
        order.removeAll(moving);
        order.addAll(to, moving);
        return x.permute(order.stream().mapToInt(i -> i).toArray());
    }

    /// Axes in the order: those taken from, single entries, those kept.
    private int[] order() {
        var one = IntStream.range(0, single.length).filter(i -> single[i]);
        return IntStream.concat(IntStream.concat(IntStream.of(axes), one), IntStream.of(kept())).toArray();
    }

    /// All entries that arrays choose from as one axis, before those kept.
    private Node front(Node now) {
        int rows = IntStream.of(axes).map(part::dim).reduce(1, Math::multiplyExact);
        return now.permute(order()).reshape(Shape.of(rows).concat(keptShape()));
    }

    /// Where the arrays point among those entries; beyond all of them if one points beyond its axis.
    private Node place() {
        Node all = null;
        int rows = IntStream.of(axes).map(part::dim).reduce(1, Math::multiplyExact);
        for (int axis : axes) {
            int n = part.dim(axis);
            var given = taken[axis].to(Dtype.INT64).node().broadcast(block);
            var index = Scalar.SELECT.of(Scalar.LT.of(given, given.zero()), given.add(given.like(n)), given);
            var outside = Scalar.OR.of(Scalar.LT.of(index, index.zero()), Scalar.LE.of(index.like(n), index));
            var step = Scalar.SELECT.of(outside, index.like(rows), index);
            all = all == null ? step : Scalar.SELECT.of(Scalar.LT.of(all, all.like(rows)), all.mul(all.like(n)), all)
                .add(step);
        }
        return all;
    }
}
