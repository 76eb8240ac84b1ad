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
        return (Node.Ready) node.state();
    }

    // ---- what it is --------------------------------------------------------------------------------------------

    public Shape shape() { return node.shape(); }

    public Dtype dtype() { return node.dtype(); }

    /// The number of axes.
    public int rank() { return node.rank(); }

    /// The length of an axis; negative axes count from the end.
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

    public Array add(Array b) { return with(Scalar.ADD, b); }

    public Array add(Number b) { return with(Scalar.ADD, b); }

    public Array sub(Array b) { return with(Scalar.SUB, b); }

    public Array sub(Number b) { return with(Scalar.SUB, b); }

    /// `a - this`.
    public Array subFrom(Number a) { return from(Scalar.SUB, a); }

    public Array mul(Array b) { return with(Scalar.MUL, b); }

    public Array mul(Number b) { return with(Scalar.MUL, b); }

    /// The quotient; integers are divided as `float32`.
    public Array div(Array b) { return with(Scalar.DIV, b); }

    public Array div(Number b) { return with(Scalar.DIV, b); }

    /// `a / this`.
    public Array divInto(Number a) { return from(Scalar.DIV, a); }

    /// The largest whole number not above the quotient.
    public Array floorDiv(Array b) { return with(Scalar.FLOOR_DIVIDE, b); }

    public Array floorDiv(Number b) { return with(Scalar.FLOOR_DIVIDE, b); }

    /// The remainder with the sign of the divisor.
    public Array mod(Array b) { return with(Scalar.REMAINDER, b); }

    public Array mod(Number b) { return with(Scalar.REMAINDER, b); }

    public Array pow(Array b) { return with(Scalar.POW, b); }

    public Array pow(Number b) { return with(Scalar.POW, b); }

    public Array neg() { return of(Scalar.NEG.of(node)); }

    public Array abs() { return of(Scalar.ABS.of(node)); }

    /// The matrix product of the last two axes; a vector on the left is a row, on the right a column.
    public Array matmul(Array b) { return of(MatMul.of(node, b.node)); }

    // ---- comparison and bits -----------------------------------------------------------------------------------

    public Array eq(Array b) { return with(Scalar.EQ, b); }

    public Array eq(Number b) { return with(Scalar.EQ, b); }

    public Array ne(Array b) { return with(Scalar.NE, b); }

    public Array ne(Number b) { return with(Scalar.NE, b); }

    public Array lt(Array b) { return with(Scalar.LT, b); }

    public Array lt(Number b) { return with(Scalar.LT, b); }

    public Array le(Array b) { return with(Scalar.LE, b); }

    public Array le(Number b) { return with(Scalar.LE, b); }

    public Array gt(Array b) { return b.lt(this); }

    public Array gt(Number b) { return from(Scalar.LT, b); }

    public Array ge(Array b) { return b.le(this); }

    public Array ge(Number b) { return from(Scalar.LE, b); }

    /// Bitwise, and on `bool` logical, conjunction.
    public Array and(Array b) { return with(Scalar.AND, b); }

    public Array or(Array b) { return with(Scalar.OR, b); }

    public Array xor(Array b) { return with(Scalar.XOR, b); }

    /// All bits inverted; on `bool`, the opposite.
    public Array not() { return of(Scalar.NOT.of(node)); }

    public Array shiftLeft(Array b) { return with(Scalar.SHIFT_LEFT, b); }

    public Array shiftLeft(int b) { return with(Scalar.SHIFT_LEFT, b); }

    public Array shiftRight(Array b) { return with(Scalar.SHIFT_RIGHT, b); }

    public Array shiftRight(int b) { return with(Scalar.SHIFT_RIGHT, b); }

    // ---- shape: views, without copies --------------------------------------------------------------------------

    /// The same elements under another shape; one length may be -1.
    public Array reshape(int... dims) { return of(node.reshape(shape().infer("reshape", dims))); }

    public Array reshape(Shape shape) { return of(node.reshape(shape)); }

    /// The axes in another order; none given reverses them.
    public Array transpose(int... axes) {
        int n = rank();
        return of(Permute.of(node, axes.length > 0 || n == 0 ? axes : IntStream.range(0, n).map(i -> n - 1 - i).toArray()));
    }

    /// The axes in reverse order.
    public Array T() { return transpose(); }

    public Array broadcastTo(int... dims) { return of(node.broadcast(Shape.of(dims))); }

    /// This array in another type; the same one if it has it already.
    public Array to(Dtype type) { return of(node.to(type)); }

    /// The same bytes read as another type; the last axis grows or shrinks with the element.
    public Array view(Dtype type) { return of(Bitcast.of(node, type)); }

    /// The sum over the axes, or over all if none are given.
    public Array sum(int... axes) { return of(node.sum(false, axes)); }

    // ---- parts -------------------------------------------------------------------------------------------------

    /// The part that the indices name, one an axis; see [Index].
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

    public short[] toShortArray() { return Reader.shorts(this); }

    public byte[] toByteArray() { return Reader.bytes(this); }

    /// Whether each element is not zero.
    public boolean[] toBooleanArray() { return Reader.booleans(this); }

    /// The memory of the elements in row-major order, without a copy, little-endian; not to be written to.
    ///
    /// @throws IllegalStateException if this is a view whose elements lie otherwise: `contiguous(x)` copies them
    public MemorySegment memorySegment() { return Reader.segment(this); }

    /// As MLX prints it: `array([1, 2, 3], dtype=int32)`.
    @Override public String toString() { return Printer.print(this); }
}
