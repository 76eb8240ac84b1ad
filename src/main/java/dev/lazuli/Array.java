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
    public Shape shape() { return node.shape(); }

    /// The type of the elements.
    public Dtype dtype() { return node.dtype(); }

    /// The number of axes.
    public int rank() { return node.rank(); }

    /// The length of an axis; negative axes count from the end.
    ///
    /// @throws IndexOutOfBoundsException if there is no such axis, here and wherever axes are named
    public int dim(int axis) { return node.dim(node.shape().axis("dim", axis)); }

    /// The number of elements.
    public long size() { return node.shape().size(); }

    /// Bytes of all elements.
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
    /// @throws IllegalArgumentException if the shapes do not broadcast: `add: shapes do not broadcast: (2,) and (3,)`
    public Array add(Array b) { return with(Scalar.ADD, b); }

    /// Each element plus a number.
    public Array add(Number b) { return with(Scalar.ADD, b); }

    /// The difference.
    public Array sub(Array b) { return with(Scalar.SUB, b); }

    /// Each element minus a number.
    public Array sub(Number b) { return with(Scalar.SUB, b); }

    /// `a - this`.
    public Array subFrom(Number a) { return from(Scalar.SUB, a); }

    /// The product, element by element.
    public Array mul(Array b) { return with(Scalar.MUL, b); }

    /// Each element times a number.
    public Array mul(Number b) { return with(Scalar.MUL, b); }

    /// The quotient; integers are divided as `float32`.
    public Array div(Array b) { return with(Scalar.DIV, b); }

    /// Each element over a number; integers are divided as `float32`.
    public Array div(Number b) { return with(Scalar.DIV, b); }

    /// `a / this`.
    public Array divInto(Number a) { return from(Scalar.DIV, a); }

    /// The largest whole number not above the quotient.
    public Array floorDiv(Array b) { return with(Scalar.FLOOR_DIVIDE, b); }

    /// The largest whole number not above each element over a number; integers over 0 give 0.
    public Array floorDiv(Number b) { return with(Scalar.FLOOR_DIVIDE, b); }

    /// The remainder with the sign of the divisor.
    public Array mod(Array b) { return with(Scalar.REMAINDER, b); }

    /// The remainder of each element over a number, with the sign of the number; integers over 0 give 0.
    public Array mod(Number b) { return with(Scalar.REMAINDER, b); }

    /// Each element to the power of the other; integers with a negative exponent give 0.
    public Array pow(Array b) { return with(Scalar.POW, b); }

    /// Each element to one power.
    public Array pow(Number b) { return with(Scalar.POW, b); }

    /// The opposite number; unsigned integers wrap around, `bool` has none.
    public Array neg() { return of(Scalar.NEG.of(node)); }

    /// The absolute value; of complex numbers, the modulus as `float32`.
    public Array abs() { return of(Scalar.ABS.of(node)); }

    /// The matrix product of the last two axes; a vector on the left is a row, on the right a column, leading axes
    /// broadcast: (…, m, k) · (…, k, n) is (…, m, n).
    ///
    /// @throws IllegalArgumentException as `matmul: inner dimensions differ: (2, 3) · (4, 5)`
    public Array matmul(Array b) { return of(MatMul.of(node, b.node)); }

    // ---- comparison and bits -----------------------------------------------------------------------------------

    /// Whether both are equal, as `bool`; NaN equals nothing.
    public Array eq(Array b) { return with(Scalar.EQ, b); }

    /// Whether each element is the number.
    public Array eq(Number b) { return with(Scalar.EQ, b); }

    /// Whether they differ, as `bool`; NaN differs from itself.
    public Array ne(Array b) { return with(Scalar.NE, b); }

    /// Whether each element is not the number.
    public Array ne(Number b) { return with(Scalar.NE, b); }

    /// Whether this is below the other, as `bool`; false where one is NaN.
    public Array lt(Array b) { return with(Scalar.LT, b); }

    /// Whether each element is below the number.
    public Array lt(Number b) { return with(Scalar.LT, b); }

    /// Whether this is below the other or equal, as `bool`; false where one is NaN.
    public Array le(Array b) { return with(Scalar.LE, b); }

    /// Whether each element is at most the number.
    public Array le(Number b) { return with(Scalar.LE, b); }

    /// Whether this is above the other, as `bool`; false where one is NaN.
    public Array gt(Array b) { return b.lt(this); }

    /// Whether each element is above the number.
    public Array gt(Number b) { return from(Scalar.LT, b); }

    /// Whether this is above the other or equal, as `bool`; false where one is NaN.
    public Array ge(Array b) { return b.le(this); }

    /// Whether each element is at least the number.
    public Array ge(Number b) { return from(Scalar.LE, b); }

    /// Bitwise, and on `bool` logical, conjunction.
    public Array and(Array b) { return with(Scalar.AND, b); }

    /// Bits that one has; on `bool`, whether one is true.
    public Array or(Array b) { return with(Scalar.OR, b); }

    /// Bits in which they differ; on `bool`, whether exactly one is true.
    public Array xor(Array b) { return with(Scalar.XOR, b); }

    /// All bits inverted; on `bool`, the opposite.
    public Array not() { return of(Scalar.NOT.of(node)); }

    /// Bits moved up by as many places as the other says; by a width of 64 or more, 0.
    public Array shiftLeft(Array b) { return with(Scalar.SHIFT_LEFT, b); }

    /// Bits moved up by so many places.
    public Array shiftLeft(int b) { return with(Scalar.SHIFT_LEFT, b); }

    /// Bits moved down by as many places as the other says; the sign fills signed integers, 0 the others.
    public Array shiftRight(Array b) { return with(Scalar.SHIFT_RIGHT, b); }

    /// Bits moved down by so many places.
    public Array shiftRight(int b) { return with(Scalar.SHIFT_RIGHT, b); }

    // ---- shape: views, without copies --------------------------------------------------------------------------

    /// The same elements under another shape, row-major; one length may be -1: what is left.
    ///
    /// @throws IllegalArgumentException as `reshape: cannot make (4, -1) of (2, 3) (6 elements)`
    public Array reshape(int... dims) { return of(node.reshape(shape().infer("reshape", dims))); }

    /// The same elements under another shape.
    public Array reshape(Shape shape) { return of(node.reshape(shape)); }

    /// The axes in another order; none given reverses them.
    public Array transpose(int... axes) {
        int n = rank();
        return of(Permute.of(node, axes.length > 0 || n == 0 ? axes
            : IntStream.range(0, n).map(i -> n - 1 - i).toArray()));
    }

    /// The axes in reverse order.
    public Array T() { return transpose(); }

    /// The elements repeated up to a shape: axes of length 1 and new leading axes, without a copy.
    public Array broadcastTo(int... dims) { return of(node.broadcast(Shape.of(dims))); }

    /// This array in another type; the same one if it has it already.
    public Array to(Dtype type) { return of(node.to(type)); }

    /// The same bytes read as another type; the last axis grows or shrinks with the element.
    public Array view(Dtype type) { return of(Bitcast.of(node, type)); }

    /// The sum over the axes, or over all if none are given.
    public Array sum(int... axes) { return of(node.sum(false, axes)); }

    // ---- parts -------------------------------------------------------------------------------------------------

    /// The part that the indices name, one an axis; see [Index].
    ///
    /// @throws IndexOutOfBoundsException as `get: index 2 is out of bounds for axis 0 of (2, 3)`
    public Array get(Index... indices) { return of(new Subscript(node, indices).get(node)); }

    /// Entry `index` of the first axis.
    public Array get(int index) { return get(Index.at(index)); }

    /// The part that the indices name, to be replaced in a copy.
    public Index.Place at(Index... indices) { return new Index.Place(this, indices); }

    // ---- to Java -----------------------------------------------------------------------------------------------

    /// The value of an array of one element, as a `double`.
    ///
    /// @throws IllegalStateException if it has more or fewer, or is complex
    public double item() { return Reader.item(this); }

    /// The value of an array of one element, exactly, as a `long`; fractions are cut off, `uint64` keeps its bits.
    public long itemLong() { return Reader.itemLong(this); }

    /// Whether an array of one element is not zero.
    public boolean itemBoolean() { return Reader.item(this) != 0; }

    /// All elements in row-major order, as `float`s; a complex one takes two.
    public float[] toFloatArray() { return Reader.floats(this); }

    /// All elements in row-major order, as `double`s; a complex one takes two.
    public double[] toDoubleArray() { return Reader.doubles(this); }

    /// All elements in row-major order, cut to `int`.
    public int[] toIntArray() { return Reader.ints(this); }

    /// All elements in row-major order, cut to `long`; `uint64` keeps its bits.
    public long[] toLongArray() { return Reader.longs(this); }

    /// All elements in row-major order, cut to `short`.
    public short[] toShortArray() { return Reader.shorts(this); }

    /// All elements in row-major order, cut to `byte`.
    public byte[] toByteArray() { return Reader.bytes(this); }

    /// Whether each element is not zero.
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
    /// ```java
    /// var view = x.memorySegment().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    /// MemorySegment.ofBuffer(mine).copyFrom(x.memorySegment());        // into a buffer that is there
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
