package dev.lazuli;

import dev.lazuli.graph.Broadcast;
import dev.lazuli.graph.Gather;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.Scan;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.jspecify.annotations.Nullable;

/// What a subscript says of one axis, as in NumPy; meant for `import static dev.lazuli.Index.*`.
///
/// ```
/// var x = arange(10);
/// x.get(at(-1))                                    // array(9, dtype=int32)
/// x.get(range(2, 5))                               // array([2, 3, 4], dtype=int32)
/// x.get(from(7))                                   // array([7, 8, 9], dtype=int32)
/// x.get(to(3))                                     // array([0, 1, 2], dtype=int32)
/// x.get(every(-3))                                 // array([9, 6, 3, 0], dtype=int32)
/// x.get(of(array(3, 0)))                           // array([3, 0], dtype=int32)
/// x.get(newAxis(), all()).shape()                  // (1, 10)
/// zeros(2, 3, 4).get(ellipsis(), at(0)).shape()    // (2, 3)
/// ```
public sealed interface Index {
    /// One entry, whose axis is gone.
    ///
    /// @param index counted from the end if negative
    record At(int index) implements Index {}

    /// Entries at equal distances; bounds beyond the ends are cut, as in Python.
    ///
    /// @param start the first; null is the end that the step comes from
    /// @param stop where to stop, not included; null is beyond the last one
    /// @param step the distance, backwards if negative; never 0
    record Range(@Nullable Integer start, @Nullable Integer stop, int step) implements Index {}

    /// A new axis of length 1.
    record NewAxis() implements Index {}

    /// As many whole axes as no other index names.
    record Ellipsis() implements Index {}

    /// The entries an array names.
    ///
    /// @param indices integers, counted from the end if negative, whose axes take the place of the axis; several arrays
    ///     broadcast. For [Place], also a mask of the first axes, alone
    record Of(Array indices) implements Index {}

    /// The whole axis: `:`.
    static Index all() { return new Range(null, null, 1); }

    /// One entry, whose axis is gone.
    static Index at(int index) { return new At(index); }

    /// Entries from `start` up to, but not including, `stop`; negative ones count from the end.
    static Index range(int start, int stop) { return new Range(start, stop, 1); }

    /// Every `step`-th entry; with a negative step, backwards.
    static Index range(int start, int stop, int step) { return new Range(start, stop, step); }

    /// From `start` to the end.
    static Index from(int start) { return new Range(start, null, 1); }

    /// From the beginning up to, but not including, `stop`.
    static Index to(int stop) { return new Range(null, stop, 1); }

    /// Every `step`-th entry of the whole axis: `::step`.
    static Index every(int step) { return new Range(null, null, step); }

    /// A new axis of length 1.
    static Index newAxis() { return new NewAxis(); }

    /// As many whole axes as are not named.
    static Index ellipsis() { return new Ellipsis(); }

    /// The entries an integer array names; the array's axes take the place of the axis.
    static Index of(Array indices) { return new Of(indices); }

    /// A place in an array: what is put there is put into a copy.
    ///
    /// Values broadcast to the place and are cast to the array's type. Among equal indices of an array, `set` keeps
    /// one.
    ///
    /// ```
    /// var x = array(4, 5, 6);
    /// x.at(range(0, 2)).set(9)           // array([9, 9, 6], dtype=int32)
    /// x.at(of(array(0, 0))).add(10)      // array([24, 5, 6], dtype=int32)
    /// x.at(of(array(0, 0))).sub(10)      // array([-16, 5, 6], dtype=int32)
    /// x.at(at(-1)).mul(3)                // array([4, 5, 18], dtype=int32)
    /// x.at(at(-1)).div(4)                // array([4, 5, 1], dtype=int32)
    /// x.at(all()).min(array(9, 0, 9))    // array([4, 0, 6], dtype=int32)
    /// x.at(all()).max(5)                 // array([5, 5, 6], dtype=int32)
    /// ```
    final class Place {
        private final Array array;
        private final Index[] indices;

        Place(Array array, Index... indices) {
            this.array = array;
            this.indices = indices;
        }

        /// The values in place of what is there.
        public Array set(Array value) { return put(null, value.node()); }

        /// One number in place of what is there.
        public Array set(Number value) { return put(null, array.number(value)); }

        /// Adds; an index that comes twice adds twice.
        public Array add(Array value) { return put(Scalar.ADD, value.node()); }

        /// Adds one number; an index that comes twice adds twice.
        public Array add(Number value) { return put(Scalar.ADD, array.number(value)); }

        /// Subtracts; an index that comes twice subtracts twice.
        public Array sub(Array value) { return put(Scalar.ADD, value.neg().node()); }

        /// Subtracts one number; an index that comes twice subtracts twice.
        public Array sub(Number value) { return put(Scalar.ADD, array.number(value).neg()); }

        /// Multiplies; an index that comes twice multiplies twice.
        public Array mul(Array value) { return put(Scalar.MUL, value.node()); }

        /// Multiplies by one number; an index that comes twice multiplies twice.
        public Array mul(Number value) { return put(Scalar.MUL, array.number(value)); }

        /// Divides, integers as `floorDivide`; an index that comes twice divides by the product of its values.
        public Array div(Array value) { return div(value.node()); }

        /// Divides by one number, integers as `floorDivide`; an index that comes twice divides twice.
        public Array div(Number value) { return div(array.number(value)); }

        private Array div(Node value) {
            var x = array.node();
            var wide = x.dtype().isInexact() || x.dtype() == Dtype.UINT64 ? x.dtype() : Dtype.INT64;
            var divisor = new Place(Array.of(x.to(wide).one()), indices).put(Scalar.MUL, value).node();
            var op = x.dtype().isInexact() ? Scalar.DIV : Scalar.FLOOR_DIVIDE;
            return Array.of(op.of(x.to(wide), divisor).to(x.dtype()));
        }

        /// The smaller of what is there and the value.
        public Array min(Array value) { return put(Scalar.MIN, value.node()); }

        /// What is there, but at most the number.
        public Array min(Number value) { return put(Scalar.MIN, array.number(value)); }

        /// The larger of what is there and the value.
        public Array max(Array value) { return put(Scalar.MAX, value.node()); }

        /// What is there, but at least the number.
        public Array max(Number value) { return put(Scalar.MAX, array.number(value)); }

        private Array put(@Nullable Scalar fold, Node value) {
            var x = array.node();
            if (indices.length > 0 && indices[0] instanceof Of(var mask) && mask.dtype().isBool())
                return Array.of(masked(fold, mask.node(), value.to(x.dtype())));
            return Array.of(new Subscript(x, indices).put(fold, x, value.to(x.dtype())));
        }

        /// Where the mask is true; values that are as many as the mask has true elements are put there in order.
        private Node masked(@Nullable Scalar fold, Node mask, Node value) {
            var x = array.node();
            int rest = x.rank() - mask.rank();
            if (indices.length > 1 || rest < 0 || !x.shape().range(0, mask.rank()).equals(mask.shape()))
                throw new IllegalArgumentException("at: expected one mask of the first axes of " + x.shape() + ", got "
                    + mask.shape());
            if (value.rank() > rest && value.dim(0) > 1) {
                var flat = mask.reshape(Shape.of(Math.toIntExact(mask.shape().size())));
                var order = Scan.of("at", Scalar.ADD, flat, 0, false, false);
                var shown = Gather.take(value, Scalar.SELECT.of(flat, order, order.zero()), 0);
                value = shown.reshape(mask.shape().concat(shown.shape().range(1, shown.rank())));
            } else if (value.rank() > rest) value = value.squeeze(0);
            var seen = Broadcast.of("at", value, x.shape());
            for (int i = 0; i < rest; i++) mask = mask.expand(-1);
            return Scalar.SELECT.of(mask.broadcast(x.shape()), fold == null ? seen : fold.of(x, seen), x);
        }
    }
}
