package dev.lazuli;

import dev.lazuli.compiler.Evaluator;
import dev.lazuli.graph.Bitcast;
import dev.lazuli.graph.MatMul;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Permute;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/// An immutable array of numbers, computed when somebody looks.
///
/// Operations build a graph and return at once; `eval`, `item`, `toString` and the conversions to Java compute. What
/// Python writes as an operator, a subscript or an attribute is a method here, what NumPy writes as a function is in
/// [Lazuli]. A bare number takes the array's type, except that a fraction makes an integer array `float32`. Arrays may
/// be used from any thread.
///
/// ```
/// var x = array(1f, 2f, 3f);
/// x.mul(x).add(1)        // array([2, 5, 10], dtype=float32)
/// ```
public final class Array {
    private final Node node;

    private Array(Node node) { this.node = node; }

    static Array of(Node node) { return new Array(node); }

    Node node() { return node; }

    /// The memory behind the array, computed if need be.
    Node.Ready ready() {
        Evaluator.eval(List.of(node));
        var ready = (Node.Ready) node.state();
        ready.buffer().requireAlive();
        return ready;
    }

    // ---- what it is --------------------------------------------------------------------------------------------

    /// The lengths of the axes.
    ///
    /// ```
    /// zeros(2, 3).shape()    // (2, 3)
    /// ```
    public Shape shape() { return node.shape(); }

    /// The type of the elements.
    ///
    /// ```
    /// array(1, 2).dtype()    // int32
    /// ```
    public Dtype dtype() { return node.dtype(); }

    /// The number of axes.
    ///
    /// ```
    /// zeros(2, 3).rank()    // 2
    /// ```
    public int rank() { return node.rank(); }

    /// The length of an axis; negative axes count from the end.
    ///
    /// ```
    /// zeros(2, 3).dim(-1)    // 3
    /// ```
    ///
    /// @throws IndexOutOfBoundsException if there is no such axis, here and wherever axes are named
    public int dim(int axis) { return node.dim(node.shape().axis("dim", axis)); }

    /// The number of elements.
    ///
    /// ```
    /// zeros(2, 3).size()    // 6
    /// ```
    public long size() { return node.shape().size(); }

    /// Bytes of all elements.
    ///
    /// ```
    /// zeros(2, 3).bytes()    // 24
    /// ```
    public long bytes() { return size() * dtype().bytes(); }

    // ---- arithmetic --------------------------------------------------------------------------------------------

    private Array with(Scalar op, Array b) { return of(op.of(node, b.node)); }

    private Array with(Scalar op, Number b) { return of(op.of(node, number(b))); }

    private Array from(Scalar op, Number a) { return of(op.of(number(a), node)); }

    Node number(Number value) {
        boolean fraction = value instanceof Double || value instanceof Float;
        var type = fraction && !dtype().isInexact() ? Dtype.FLOAT32 : dtype().isBool() ? Dtype.INT32 : dtype();
        return Node.constant(value, type);
    }

    /// The sum. Shapes broadcast as in NumPy and types promote as in MLX, here and in all that takes two arrays.
    ///
    /// ```
    /// array(1, 2).add(array(10, 20))    // array([11, 22], dtype=int32)
    /// ```
    ///
    /// @throws IllegalArgumentException if the shapes do not broadcast: `add: shapes do not broadcast: (2,) and (3,)`
    public Array add(Array b) { return with(Scalar.ADD, b); }

    /// Each element plus a number.
    ///
    /// ```
    /// array(1, 2).add(0.5)    // array([1.5, 2.5], dtype=float32)
    /// ```
    public Array add(Number b) { return with(Scalar.ADD, b); }

    /// The difference.
    ///
    /// ```
    /// array(1, 2).sub(array(10, 20))    // array([-9, -18], dtype=int32)
    /// ```
    public Array sub(Array b) { return with(Scalar.SUB, b); }

    /// Each element minus a number.
    public Array sub(Number b) { return with(Scalar.SUB, b); }

    /// `a - this`.
    ///
    /// ```
    /// array(1, 2).subFrom(10)    // array([9, 8], dtype=int32)
    /// ```
    public Array subFrom(Number a) { return from(Scalar.SUB, a); }

    /// The product, element by element.
    ///
    /// ```
    /// array(1, 2).mul(array(10, 20))    // array([10, 40], dtype=int32)
    /// ```
    public Array mul(Array b) { return with(Scalar.MUL, b); }

    /// Each element times a number.
    public Array mul(Number b) { return with(Scalar.MUL, b); }

    /// The quotient; integers are divided as `float32`.
    ///
    /// ```
    /// array(1, 3).div(array(2, 4))    // array([0.5, 0.75], dtype=float32)
    /// ```
    public Array div(Array b) { return with(Scalar.DIV, b); }

    /// Each element over a number; integers are divided as `float32`.
    public Array div(Number b) { return with(Scalar.DIV, b); }

    /// `a / this`.
    ///
    /// ```
    /// array(2f, 4f).divInto(1)    // array([0.5, 0.25], dtype=float32)
    /// ```
    public Array divInto(Number a) { return from(Scalar.DIV, a); }

    /// The largest whole number not above the quotient.
    ///
    /// ```
    /// array(7, -7).floorDiv(array(2, 2))    // array([3, -4], dtype=int32)
    /// ```
    public Array floorDiv(Array b) { return with(Scalar.FLOOR_DIVIDE, b); }

    /// The largest whole number not above each element over a number; integers over 0 give 0.
    ///
    /// ```
    /// array(7, -7).floorDiv(2)    // array([3, -4], dtype=int32)
    /// ```
    public Array floorDiv(Number b) { return with(Scalar.FLOOR_DIVIDE, b); }

    /// The remainder with the sign of the divisor.
    ///
    /// ```
    /// array(7, -7).mod(array(3, 3))    // array([1, 2], dtype=int32)
    /// ```
    public Array mod(Array b) { return with(Scalar.REMAINDER, b); }

    /// The remainder of each element over a number, with the sign of the number; integers over 0 give 0.
    ///
    /// ```
    /// array(7, -7).mod(-3)    // array([-2, -1], dtype=int32)
    /// ```
    public Array mod(Number b) { return with(Scalar.REMAINDER, b); }

    /// Each element to the power of the other; integers with a negative exponent give 0.
    ///
    /// ```
    /// array(2, 3).pow(array(3, 2))    // array([8, 9], dtype=int32)
    /// ```
    public Array pow(Array b) { return with(Scalar.POW, b); }

    /// Each element to one power.
    public Array pow(Number b) { return with(Scalar.POW, b); }

    /// The opposite number; unsigned integers wrap around, `bool` has none.
    ///
    /// ```
    /// array(1, -2).neg()    // array([-1, 2], dtype=int32)
    /// ```
    public Array neg() { return of(Scalar.NEG.of(node)); }

    /// The absolute value; of complex numbers, the modulus as `float32`.
    ///
    /// ```
    /// array(1, -2).abs()    // array([1, 2], dtype=int32)
    /// ```
    public Array abs() { return of(Scalar.ABS.of(node)); }

    /// The matrix product of the last two axes; a vector on the left is a row, on the right a column, leading axes
    /// broadcast: (…, m, k) · (…, k, n) is (…, m, n).
    ///
    /// ```
    /// array(1f, 2f).matmul(array(3f, 4f))    // array(11, dtype=float32)
    /// ones(2, 3).matmul(ones(3, 4)).shape()    // (2, 4)
    /// ```
    ///
    /// @throws IllegalArgumentException as `matmul: inner dimensions differ: (2, 3) · (4, 5)`
    public Array matmul(Array b) { return of(MatMul.of(node, b.node)); }

    // ---- comparison and bits -----------------------------------------------------------------------------------

    /// Whether both are equal, as `bool`; NaN equals nothing.
    ///
    /// ```
    /// array(1, 2).eq(array(1, 3))    // array([True, False], dtype=bool)
    /// ```
    public Array eq(Array b) { return with(Scalar.EQ, b); }

    /// Whether each element is the number.
    public Array eq(Number b) { return with(Scalar.EQ, b); }

    /// Whether they differ, as `bool`; NaN differs from itself.
    ///
    /// ```
    /// array(1, 2).ne(array(1, 3))    // array([False, True], dtype=bool)
    /// ```
    public Array ne(Array b) { return with(Scalar.NE, b); }

    /// Whether each element is not the number.
    public Array ne(Number b) { return with(Scalar.NE, b); }

    /// Whether this is below the other, as `bool`; false where one is NaN.
    ///
    /// ```
    /// array(1, 2).lt(array(2, 2))    // array([True, False], dtype=bool)
    /// ```
    public Array lt(Array b) { return with(Scalar.LT, b); }

    /// Whether each element is below the number.
    public Array lt(Number b) { return with(Scalar.LT, b); }

    /// Whether this is below the other or equal, as `bool`; false where one is NaN.
    ///
    /// ```
    /// array(1, 2).le(array(2, 2))    // array([True, True], dtype=bool)
    /// ```
    public Array le(Array b) { return with(Scalar.LE, b); }

    /// Whether each element is at most the number.
    public Array le(Number b) { return with(Scalar.LE, b); }

    /// Whether this is above the other, as `bool`; false where one is NaN.
    ///
    /// ```
    /// array(1, 3).gt(array(2, 2))    // array([False, True], dtype=bool)
    /// ```
    public Array gt(Array b) { return b.lt(this); }

    /// Whether each element is above the number.
    public Array gt(Number b) { return from(Scalar.LT, b); }

    /// Whether this is above the other or equal, as `bool`; false where one is NaN.
    ///
    /// ```
    /// array(1, 2).ge(array(2, 2))    // array([False, True], dtype=bool)
    /// ```
    public Array ge(Array b) { return b.le(this); }

    /// Whether each element is at least the number.
    public Array ge(Number b) { return from(Scalar.LE, b); }

    /// Bitwise, and on `bool` logical, conjunction.
    ///
    /// ```
    /// array(6, 5).and(array(3, 1))    // array([2, 1], dtype=int32)
    /// ```
    public Array and(Array b) { return with(Scalar.AND, b); }

    /// Bits that one has; on `bool`, whether one is true.
    ///
    /// ```
    /// array(6, 5).or(array(3, 1))    // array([7, 5], dtype=int32)
    /// ```
    public Array or(Array b) { return with(Scalar.OR, b); }

    /// Bits in which they differ; on `bool`, whether exactly one is true.
    ///
    /// ```
    /// array(6, 5).xor(array(3, 1))    // array([5, 4], dtype=int32)
    /// ```
    public Array xor(Array b) { return with(Scalar.XOR, b); }

    /// All bits inverted; on `bool`, the opposite.
    ///
    /// ```
    /// array(0, 5).not()    // array([-1, -6], dtype=int32)
    /// ```
    public Array not() { return of(Scalar.NOT.of(node)); }

    /// Bits moved up by as many places as the other says; by a width of 64 or more, 0.
    ///
    /// ```
    /// array(1, 3).shiftLeft(array(4, 1))    // array([16, 6], dtype=int32)
    /// ```
    public Array shiftLeft(Array b) { return with(Scalar.SHIFT_LEFT, b); }

    /// Bits moved up by so many places.
    public Array shiftLeft(int b) { return with(Scalar.SHIFT_LEFT, b); }

    /// Bits moved down by as many places as the other says; the sign fills signed integers, 0 the others.
    ///
    /// ```
    /// array(16, -8).shiftRight(array(2, 1))    // array([4, -4], dtype=int32)
    /// ```
    public Array shiftRight(Array b) { return with(Scalar.SHIFT_RIGHT, b); }

    /// Bits moved down by so many places.
    public Array shiftRight(int b) { return with(Scalar.SHIFT_RIGHT, b); }

    // ---- shape: views, without copies --------------------------------------------------------------------------

    /// The same elements under another shape, row-major; one length may be -1: what is left.
    ///
    /// ```
    /// arange(6).reshape(2, -1).shape()    // (2, 3)
    /// ```
    ///
    /// @throws IllegalArgumentException as `reshape: cannot make (4, -1) of (2, 3) (6 elements)`
    public Array reshape(int... dims) { return of(node.reshape(shape().infer("reshape", dims))); }

    /// The same elements under another shape.
    public Array reshape(Shape shape) { return of(node.reshape(shape)); }

    /// The axes in another order; none given reverses them.
    ///
    /// ```
    /// zeros(2, 3, 4).transpose(1, 0, 2).shape()    // (3, 2, 4)
    /// ```
    public Array transpose(int... axes) {
        int n = rank();
        return of(Permute.of(node, axes.length > 0 || n == 0 ? axes
            : IntStream.range(0, n).map(i -> n - 1 - i).toArray()));
    }

    /// The axes in reverse order.
    ///
    /// ```
    /// zeros(2, 3).T().shape()    // (3, 2)
    /// ```
    public Array T() { return transpose(); }

    /// The elements repeated up to a shape: axes of length 1 and new leading axes, without a copy.
    ///
    /// ```
    /// array(7).broadcastTo(3)    // array([7, 7, 7], dtype=int32)
    /// ```
    public Array broadcastTo(int... dims) { return of(node.broadcast(Shape.of(dims))); }

    /// This array in another type; the same one if it has it already.
    ///
    /// ```
    /// array(1.7f, -2.5f).to(Dtype.INT32)    // array([1, -2], dtype=int32)
    /// ```
    public Array to(Dtype type) { return of(node.to(type)); }

    /// The same bytes read as another type; the last axis grows or shrinks with the element.
    ///
    /// ```
    /// array(1f, -2f).view(Dtype.UINT32)    // array([1065353216, 3221225472], dtype=uint32)
    /// ```
    public Array view(Dtype type) { return of(Bitcast.of(node, type)); }

    /// The sum over the axes, or over all if none are given.
    ///
    /// ```
    /// array(1, 2, 3).sum()    // array(6, dtype=int32)
    /// ```
    public Array sum(int... axes) { return of(node.sum(false, axes)); }

    // ---- parts -------------------------------------------------------------------------------------------------

    /// The part that the indices name, one an axis; see [Index].
    ///
    /// ```
    /// array(1, 2, 3, 4).get(range(1, 3))    // array([2, 3], dtype=int32)
    /// ```
    ///
    /// @throws IndexOutOfBoundsException as `get: index 2 is out of bounds for axis 0 of (2, 3)`
    public Array get(Index... indices) { return of(new Subscript(node, indices).get(node)); }

    /// Entry `index` of the first axis.
    ///
    /// ```
    /// array(1, 2, 3, 4).get(-1)    // array(4, dtype=int32)
    /// ```
    public Array get(int index) { return get(Index.at(index)); }

    /// The part that the indices name, to be replaced in a copy.
    ///
    /// ```
    /// array(1, 2, 3).at(range(0, 2)).set(9)    // array([9, 9, 3], dtype=int32)
    /// ```
    public Index.Place at(Index... indices) { return new Index.Place(this, indices); }

    // ---- to Java -----------------------------------------------------------------------------------------------

    /// The value of an array of one element, as a `double`.
    ///
    /// ```
    /// array(1, 2, 3).sum().item()    // 6.0
    /// ```
    ///
    /// @throws IllegalStateException if it has more or fewer, or is complex
    public double item() { return Reader.item(this); }

    /// The value of an array of one element, exactly, as a `long`; fractions are cut off, `uint64` keeps its bits.
    ///
    /// ```
    /// scalar(-1, Dtype.UINT64).itemLong()    // -1
    /// ```
    public long itemLong() { return Reader.itemLong(this); }

    /// Whether an array of one element is not zero.
    ///
    /// ```
    /// all(array(1, 2, 3)).itemBoolean()    // true
    /// ```
    public boolean itemBoolean() { return Reader.item(this) != 0; }

    /// All elements in row-major order, as `float`s; a complex one takes two.
    ///
    /// ```
    /// array(1, 2, 3).toFloatArray()[2]    // 3.0
    /// ```
    public float[] toFloatArray() { return Reader.floats(this); }

    /// All elements in row-major order, as `double`s; a complex one takes two.
    ///
    /// ```
    /// array(1, 2, 3).toDoubleArray()[2]    // 3.0
    /// ```
    public double[] toDoubleArray() { return Reader.doubles(this); }

    /// All elements in row-major order, cut to `int`.
    ///
    /// ```
    /// array(1.5f, -2.5f).toIntArray()[1]    // -2
    /// ```
    public int[] toIntArray() { return Reader.ints(this); }

    /// All elements in row-major order, cut to `long`; `uint64` keeps its bits.
    ///
    /// ```
    /// array(1.5f, -2.5f).toLongArray()[1]    // -2
    /// ```
    public long[] toLongArray() { return Reader.longs(this); }

    /// All elements in row-major order, cut to `short`.
    ///
    /// ```
    /// array(1, 65537).toShortArray()[1]    // 1
    /// ```
    public short[] toShortArray() { return Reader.shorts(this); }

    /// All elements in row-major order, cut to `byte`.
    ///
    /// ```
    /// array(1, 257).toByteArray()[1]    // 1
    /// ```
    public byte[] toByteArray() { return Reader.bytes(this); }

    /// Whether each element is not zero.
    ///
    /// ```
    /// array(0, 2).toBooleanArray()[1]    // true
    /// ```
    public boolean[] toBooleanArray() { return Reader.booleans(this); }

    /// All elements as arrays in each other, of the type that is asked for: `float[][].class` of a matrix.
    ///
    /// Numbers are cut to it as above; as `BigInteger`s, `uint64` is itself. An array without axes gives one number.
    ///
    /// ```
    /// var rows = array(1f, 2f, 3f, 4f).reshape(2, 2).toNested(float[][].class);
    /// rows[1][0]                                                       // 3.0
    /// array(rows).shape()                                              // (2, 2)
    /// scalar(-1, Dtype.UINT64).toNested(java.math.BigInteger.class)    // 18446744073709551615
    /// ```
    ///
    /// @throws IllegalArgumentException if the type has another number of axes, or no numbers
    /// @throws IllegalStateException if this is complex
    public <T> T toNested(Class<T> type) { return Nested.out(this, type); }

    /// The memory of the elements in row-major order, without a copy, little-endian; not to be written to.
    ///
    /// The segment, and every buffer over it, keeps the memory alive, whatever becomes of the array.
    ///
    /// ```
    /// var bytes = array(1f, 2f).memorySegment().asByteBuffer().order(ByteOrder.nativeOrder());
    /// bytes.asFloatBuffer().get(1)    // 2.0
    /// ```
    ///
    /// @throws IllegalStateException if this is a view whose elements lie otherwise: `contiguous(x)` copies them
    public MemorySegment memorySegment() { return Reader.segment(this); }

    /// As MLX prints it: `array([1, 2, 3], dtype=int32)`.
    @Override public String toString() { return Printer.print(this); }

    /// The same with so many decimals, as MLX prints it with `precision`.
    ///
    /// ```
    /// array(3.14159f, 10f).toString(2)    // array([3.14, 10.00], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if there are fewer than none
    public String toString(int decimals) { return Printer.print(this, decimals); }
}
