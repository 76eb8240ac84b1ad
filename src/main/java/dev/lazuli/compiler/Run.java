package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.backend.Operand;
import dev.lazuli.event.Recomputation;
import dev.lazuli.graph.Fill;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Structure;
import dev.lazuli.graph.View;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Values;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One run of a plan: gives every entry memory, takes scratch back as soon as its last reader is done, and leaves the
/// results in their nodes.
final class Run {
    /// Memory that entries share: an entry and the views of it.
    static final class Lease {
        final Buffer buffer;
        /// Whether the memory is this run's own: allocated by it, or given to it.
        final boolean scratch;
        /// Puts the memory back where it was given, until the run writes over it.
        private @Nullable Runnable back;
        boolean kept;
        int holders;
        /// Arrays that show this memory after the run, and bytes of them.
        int arrays;
        long shown;

        Lease(Buffer buffer, boolean scratch) {
            this.buffer = buffer;
            this.scratch = scratch;
        }
    }

    private static final long WORTH_COPYING = 1 << 16;

    record Value(Lease lease, Layout layout) {}

    private final Plan plan;
    private final Capture capture;
    private final Backend backend;
    private final Set<Node> given;
    private final List<Capture.Entry> entries;
    private final @Nullable Value[] values;
    private final int[] uses;
    /// Arrays whose memory the results take over, if the run succeeds.
    private final List<Node> donors = new ArrayList<>();

    /// @param given arrays whose memory is the run's to write over, wherever nobody else sees it
    Run(Plan plan, Capture capture, Backend backend, Set<Node> given) {
        this.given = given;
        this.plan = plan;
        this.capture = capture;
        this.backend = backend;
        this.entries = capture.entries;
        this.values = new Value[entries.size()];
        this.uses = plan.uses().clone();
    }

    void run() {
        try {
            for (int i = 0; i < values.length; i++) if (entries.get(i).op() == null) read(i);
            var watch = Watch.current();
            for (var step : plan.steps()) {
                watch.begin();
                switch (step) {
                    case Plan.Constant(int out) ->
                        Values.write(allocate(out).address(), node(out).dtype(),
                            ((Fill) entries.get(out).op()).value());
                    case Plan.Show(int in, int out) -> show(in, out);
                    case Plan.Call call -> call(call);
                    case Plan.Fused fused -> fused(fused);
                }
                if (watch.isOn() && (step instanceof Plan.Call || step instanceof Plan.Fused))
                    watch.ran(step, entries, values);
            }
            finish();
        } finally {
            for (var value : values)
                if (value != null && value.lease.scratch && !value.lease.kept && value.lease.holders > 0) {
                    value.lease.holders = 0;
                    if (value.lease.back == null) Pool.release(value.lease.buffer);
                    else value.lease.back.run();
                }
            Reference.reachabilityFence(values);
        }
    }

    private void read(int entry) {
        var node = node(entry);
        var ready = node.state() instanceof Node.Ready r ? r : null;
        boolean mine = ready != null && given.contains(node) && isNobodyElses(ready.buffer());
        if (ready == null || mine && !node.donate())
            throw new IllegalStateException("eval: an array gave its memory away while it was in use");
        ready.buffer().requireAlive();
        var lease = new Lease(ready.buffer(), mine);
        if (mine) lease.back = () -> node.recover(ready);
        else lease.arrays = 1;
        put(entry, lease, ready.layout());
    }

    private static boolean isNobodyElses(Buffer buffer) { return buffer.isPooled() && !buffer.isShared(); }

    private void finish() {
        for (var r : capture.results)
            values[r.entry()].lease.shown += r.node().shape().size() * r.node().dtype().bytes();
        for (var r : capture.results) if (isSmallPart(values[r.entry()])) copyOut(r.entry());
        for (var donor : donors) donor.donate();
        for (var r : capture.results) {
            var value = values[r.entry()];
            if (value.lease.scratch && !value.lease.kept) {
                value.lease.kept = true;
                Pool.keep(value.lease.buffer);
            }
            if (r.node().isRecomputed()) recomputed(r.node());
            if (value.lease.arrays++ > 0) value.lease.buffer.share();
            r.node().ready(value.lease.buffer, value.layout);
        }
        capture.scratch.forEach(Node::forget);
    }

    private static void recomputed(Node node) {
        Counters.RECOMPUTED.increment();
        var event = new Recomputation();
        if (!event.shouldCommit()) return;
        event.operation = node.toString();
        event.commit();
    }

    // A small part of scratch must not hold all of it; what counts is all that the results show of it.
    private static boolean isSmallPart(Value value) {
        var lease = value.lease;
        return lease.scratch && lease.shown > 0 && lease.buffer.bytes() >= WORTH_COPYING
            && 2 * lease.shown <= lease.buffer.bytes();
    }

    private void copyOut(int entry) {
        var from = operand(entry, values[entry].layout);
        var whole = values[entry].lease;
        allocate(entry);
        Counters.KERNELS.increment();
        backend.copy(from, operand(entry, values[entry].layout));
        if (--whole.holders == 0) release(whole);
    }

    private Node node(int entry) { return entries.get(entry).node(); }

    // ---- memory ------------------------------------------------------------------------------------------------

    private void put(int entry, Lease lease, Layout layout) {
        lease.holders++;
        values[entry] = new Value(lease, layout);
    }

    private Buffer allocate(int entry) {
        var node = node(entry);
        var buffer = Pool.allocate(entries.get(entry).op().label(), node.shape().size() * node.dtype().bytes());
        put(entry, new Lease(buffer, true), Layout.of(node.shape()));
        return buffer;
    }

    /// One reader of an entry is done; after the last one its memory is free.
    private void done(int entry) {
        if (--uses[entry] > 0) return;
        var lease = values[entry].lease;
        if (--lease.holders == 0 && lease.scratch) release(lease);
    }

    private static void release(Lease lease) {
        lease.back = null;
        Pool.release(lease.buffer);
    }

    /// Lets a result lie where an entry is.
    private void takeOver(int out, int entry, Layout layout) {
        values[entry].lease.back = null;
        put(out, values[entry].lease, layout);
    }

    /// Whether this step is the only reader left of memory that may be written over.
    private boolean isFree(int entry) {
        var value = values[entry];
        return uses[entry] == 1 && value.lease.scratch && value.lease.holders == 1 && isWhole(value);
    }

    private static boolean isWhole(Value value) { return value.layout.offset() == 0 && value.layout.isContiguous(); }

    // ---- steps -------------------------------------------------------------------------------------------------

    private void show(int in, int out) {
        var view = (View) entries.get(out).op();
        var from = values[in];
        var layout = view.layout(node(out), from.layout);
        if (layout == null) copy(in, out);
        else put(out, from.lease, layout);
        done(in);
    }

    // For a view that these strides do not allow: a row-major copy has the elements of any reshape or bitcast in order.
    private void copy(int in, int out) {
        var from = node(in);
        var buffer = allocate(out);
        Counters.KERNELS.increment();
        backend.copy(operand(in, values[in].layout), operand(buffer, Layout.of(from.shape()), from.dtype()));
    }

    private void call(Plan.Call call) {
        int out = call.out();
        var inputs = new Operand[call.inputs().size()];
        for (int i = 0; i < inputs.length; i++)
            inputs[i] = operand(call.inputs().get(i), values[call.inputs().get(i)].layout);
        int taken = entries.get(out).op() instanceof Structure s && s.reuses() >= 0 && isTaken(s, call)
            ? call.inputs().get(s.reuses()) : -1;
        if (taken >= 0) takeOver(out, taken, values[taken].layout);
        else allocate(out);
        Counters.KERNELS.increment();
        backend.kernel(entries.get(out).op()).run(inputs, operand(out, values[out].layout));
        if (taken >= 0 && !values[taken].lease.scratch) {
            donors.add(node(taken));
            values[out].lease.arrays--;
        }
        for (int x : call.reads()) done(x);
    }

    private boolean isTaken(Structure op, Plan.Call call) {
        int x = call.inputs().get(op.reuses());
        if (call.inputs().indexOf(x) != call.inputs().lastIndexOf(x)) return false;
        if (isFree(x)) return true;
        var value = values[x];
        return op.donating() && uses[x] == 1 && value.lease.holders == 1 && isWhole(value)
            && isNobodyElses(value.lease.buffer);
    }

    private void fused(Plan.Fused fused) {
        int out = fused.out();
        var inputs = new Operand[fused.inputs().size()];
        for (int i = 0; i < inputs.length; i++) inputs[i] = operand(fused.inputs().get(i));
        int over = fused.imaginary() == null ? overwritten(fused) : -1;
        if (over >= 0) takeOver(out, over, Layout.of(node(out).shape()));
        else allocate(out);
        var result = operand(out, values[out].layout);
        Counters.KERNELS.increment();
        fused.kernel().run(inputs, fused.imaginary() == null ? result : part(result, Plan.Argument.REAL));
        if (fused.imaginary() != null) fused.imaginary().run(inputs, part(result, Plan.Argument.IMAGINARY));
        for (int x : fused.reads()) done(x);
    }

    // An elementwise result may lie over an input that nobody reads again, element on element.
    private int overwritten(Plan.Fused fused) {
        var node = node(fused.out());
        for (var a : fused.inputs()) {
            int x = a.entry();
            if (!a.views().isEmpty() || !node(x).shape().equals(node.shape())
                || node(x).dtype().bytes() != node.dtype().bytes()
                || a.part() != Plan.Argument.WHOLE || !isFree(x)) continue;
            if (!isSeenOtherwise(x, fused)) return x;
        }
        return -1;
    }

    private static boolean isSeenOtherwise(int entry, Plan.Fused fused) {
        for (var a : fused.inputs()) if (a.entry() == entry && !a.views().isEmpty()) return true;
        return false;
    }

    // ---- operands ----------------------------------------------------------------------------------------------

    private Operand operand(Plan.Argument argument) {
        var layout = values[argument.entry()].layout;
        for (int view : argument.views()) layout = ((View) entries.get(view).op()).layout(node(view), layout);
        var whole = operand(argument.entry(), layout);
        return argument.part() == Plan.Argument.WHOLE ? whole : part(whole, argument.part());
    }

    private Operand operand(int entry, Layout layout) {
        return operand(values[entry].lease.buffer, layout, node(entry).dtype());
    }

    private static Operand operand(Buffer buffer, Layout layout, Dtype dtype) {
        return new Operand(dtype, layout.shape(), layout.strides(), buffer.address() + layout.offset() * dtype.bytes());
    }

    private static Operand part(Operand complex, int part) {
        var strides = new long[complex.rank()];
        for (int i = 0; i < strides.length; i++) strides[i] = 2 * complex.strides()[i];
        return new Operand(Dtype.FLOAT32, complex.shape(), strides, complex.address() + 4L * part);
    }
}
