package dev.lazuli.graph;

import dev.lazuli.memory.Buffer;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import dev.lazuli.type.Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One array of the graph: an operation on other nodes until it is evaluated, memory afterwards.
///
/// Shape and type are known from the start. The state changes once, from `Pending` to `Ready`, in one volatile write:
/// whoever reads it sees either the inputs or the result, so several threads may evaluate overlapping graphs.
/// The methods are the small language in which derivatives and decompositions are written.
public final class Node {
    /// What a node is made of.
    public sealed interface State {}

    /// @param inputs what the operation is applied to
    /// @param stream whose work it is
    public record Pending(Primitive op, List<Node> inputs, Stream stream) implements State {}

    /// @param history how the result came about, kept while a gradient may still ask; else null
    public record Ready(Buffer buffer, Layout layout, @Nullable Pending history) implements State {}

    /// The memory went to another node.
    public record Donated() implements State {}

    private final Shape shape;
    private final Dtype dtype;
    private final @Nullable Trace trace;
    private volatile State state;
    private boolean computed; // a thread that sees it late computes once more than it has to

    private Node(Shape shape, Dtype dtype, @Nullable Trace trace, State state) {
        this.shape = shape;
        this.dtype = dtype;
        this.trace = trace;
        this.state = state;
    }

    /// A node that is yet to be computed; shape and type are the caller's to infer.
    public static Node of(Primitive op, List<Node> inputs, Shape shape, Dtype dtype) {
        return of(op, inputs, shape, dtype, Stream.current());
    }

    static Node of(Primitive op, List<Node> inputs, Shape shape, Dtype dtype, Stream stream) {
        Trace trace = null;
        for (var x : inputs) trace = Trace.outer(trace, x.trace);
        return new Node(shape, dtype, trace, new Pending(op, List.copyOf(inputs), stream));
    }

    /// An array in memory.
    public static Node of(Buffer buffer, Layout layout, Dtype dtype) {
        return new Node(layout.shape(), dtype, null, new Ready(buffer, layout, null));
    }

    /// A stand-in for this array whose descendants remember how they were made as long as `trace` is open.
    public Node traced(Trace trace) {
        return new Node(shape, dtype, Trace.outer(trace, this.trace),
            new Pending(new Identity(), List.of(this), Stream.current()));
    }

    /// A constant scalar.
    public static Node constant(Number value, Dtype dtype) {
        return of(new Fill(value), List.of(), Shape.SCALAR, dtype);
    }

    public Shape shape() { return shape; }

    public Dtype dtype() { return dtype; }

    public int rank() { return shape.rank(); }

    public int dim(int axis) { return shape.dim(axis); }

    public State state() { return state; }

    /// The operation and inputs, or null once they are forgotten.
    public @Nullable Pending history() {
        return switch (state) {
            case Pending p -> p;
            case Ready r -> r.history();
            case Donated d -> null;
        };
    }

    /// Puts the result in place; the inputs are forgotten unless a gradient may still ask for them.
    public void ready(Buffer buffer, Layout layout) {
        boolean asked = trace != null && trace.remember(this);
        state = new Ready(buffer, layout, asked ? history() : null);
    }

    /// Forgets the inputs: no gradient asks any more.
    void settle() {
        if (state instanceof Ready(var buffer, var layout, var history) && history != null)
            state = new Ready(buffer, layout, null);
    }

    /// Whether a differentiation is open that may ask how this was made.
    public boolean isTraced() { return trace != null && trace.isOpen(); }

    /// Gives the memory away; later uses of this node fail with a message that says so.
    ///
    /// @return whether it was there: of several threads, only one gets it
    public synchronized boolean donate() {
        boolean there = state instanceof Ready;
        state = new Donated();
        return there;
    }

    /// Takes back what was given away and not written over.
    public void recover(Ready ready) { state = ready; }

    /// Whether this was computed before, as scratch of an evaluation, and forgotten.
    public boolean isRecomputed() { return computed; }

    /// Notes that this was computed as scratch.
    public void forget() { computed = true; }

    // ---- the language of rules ---------------------------------------------------------------------------------

    public Node like(double value) { return constant(value, dtype).broadcast(shape); }

    public Node one() { return like(1); }

    public Node zero() { return like(0); }

    Node orZero(@Nullable Node x) { return x == null ? zero() : x; }

    public Node to(Dtype type) { return type == dtype ? this : Scalar.cast(this, type); }

    public Node add(Node b) { return Scalar.ADD.of(this, b); }

    public Node sub(Node b) { return Scalar.SUB.of(this, b); }

    public Node mul(Node b) { return Scalar.MUL.of(this, b); }

    public Node div(Node b) { return Scalar.DIV.of(this, b); }

    public Node neg() { return Scalar.NEG.of(this); }

    public Node reciprocal() { return one().div(this); }

    Node floorDivide(Node b) { return Scalar.FLOOR_DIVIDE.of(this, b); }

    Node pow(Node b) { return Scalar.POW.of(this, b); }

    Node lt(Node b) { return Scalar.LT.of(this, b); }

    Node eq(Node b) { return Scalar.EQ.of(this, b); }

    Node not() { return Scalar.NOT.of(this); }

    /// This condition's choice.
    Node select(Node yes, Node no) { return Scalar.SELECT.of(this, yes, no); }

    Node sign() { return Scalar.SIGN.of(this); }

    Node exp() { return Scalar.EXP.of(this); }

    Node log() { return Scalar.LOG.of(this); }

    Node sigmoid() { return dtype.isComplex() ? one().add(neg().exp()).reciprocal() : Scalar.SIGMOID.of(this); }

    Node rsqrt() { return Scalar.RSQRT.of(this); }

    Node sin() { return Scalar.SIN.of(this); }

    Node cos() { return Scalar.COS.of(this); }

    Node sinh() { return Scalar.SINH.of(this); }

    Node cosh() { return Scalar.COSH.of(this); }

    public Node conjugate() { return dtype.isComplex() ? Scalar.CONJUGATE.of(this) : this; }

    public Node broadcast(Shape to) { return Broadcast.of(this, to); }

    public Node reshape(Shape to) { return Reshape.of(this, to); }

    public Node permute(int... axes) { return Permute.of(this, axes); }

    /// The last two axes exchanged.
    public Node transpose() { return Permute.swap(this, -1, -2); }

    public Node expand(int axis) { return reshape(shape.insert(axis, 1)); }

    public Node squeeze(int axis) { return reshape(shape.without(axis)); }

    public Node slice(int axis, int from, int to) { return Slice.of(this, axis, from, to); }

    public Node sum(boolean keep, int... axes) { return Reduce.of(Scalar.ADD, this, keep, axes); }

    public Node max(boolean keep, int... axes) { return Reduce.of(Scalar.MAX, this, keep, axes); }

    public Node mean(boolean keep, int... axes) {
        var total = sum(keep, axes);
        return total.mul(total.like((double) total.shape.size() / shape.size()));
    }

    public Node matmul(Node b) { return MatMul.of(this, b); }

    @Override public String toString() {
        var pending = history();
        return (pending == null ? "array" : pending.op().label()) + " " + shape + " " + dtype;
    }
}
