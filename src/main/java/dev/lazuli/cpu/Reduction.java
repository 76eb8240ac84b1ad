package dev.lazuli.cpu;

import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program's values folded over axes.
///
/// Where an axis that goes is the better one to run along, runs are folded to a number each. Where one that stays is,
/// rows are added to a row of results: that is a program too, with the result so far as one more input. Either way
/// float sums are kept in `float64`.
final class Reduction implements Kernel {
    /// Elements that make a chunk of work worth a thread.
    private static final long GRAIN = 1 << 15;
    /// Results that stay in the first-level cache while rows are added to them.
    private static final int ROW = 2048;
    /// Parts of a reduction that few results have to share; fixed, so that sums do not depend on threads.
    private static final int PARTS = 16;
    /// A vector accumulates at most so many elements in single precision.
    private static final int BLOCK = 1 << 11;

    private final Scalar fold;
    private final int[] axes;
    private final Dtype dtype;
    private final Dtype wide;
    private final @Nullable Dtype[] inputs;
    private final int[] bytes;
    private final long identity;
    private final Tiers<Fold> folds;
    private final Tiers<Loop> rows;
    private final Tiers<Loop> merges;
    private final Tiers<Loop> results;

    Reduction(Program program, Scalar fold, Ints axes, Tiers.@Nullable Tier fixed) {
        this.fold = fold;
        this.axes = axes.toArray();
        dtype = program.dtype();
        boolean exact = fold == Scalar.MIN || fold == Scalar.MAX;
        wide = !dtype.isFloat() || exact && dtype.bytes() > 2 ? dtype : exact ? Dtype.FLOAT32 : Dtype.FLOAT64;
        identity = Value.identity(fold, wide);
        inputs = Mapping.inputs(program);
        bytes = Mapping.bytes(inputs);
        var widened = widened(program);
        folds = Tiers.folds(program, widened, fold, fixed);
        rows = Tiers.loops(accumulating(widened), fixed);
        merges = Tiers.loops(accumulating(new Program(1, List.of(new Load(0, wide)))), fixed);
        var cast = new Program.Builder();
        results = Tiers.loops(cast.build(cast.load(wide).to(dtype)), fixed);
    }

    private Program widened(Program program) {
        if (wide == dtype) return program;
        var steps = new ArrayList<>(program.steps());
        steps.add(new Apply(Scalar.CAST, wide, List.of(steps.size() - 1)));
        return new Program(program.inputs(), steps);
    }

    private Program accumulating(Program widened) {
        var steps = new ArrayList<>(widened.steps());
        int value = steps.size() - 1;
        steps.add(new Load(widened.inputs(), wide));
        steps.add(new Apply(fold, wide, List.of(value + 1, value)));
        return new Program(widened.inputs() + 1, steps);
    }

    @Override public void run(Operand[] in, Operand out) {
        Mapping.check(inputs, in);
        if (out.dtype() != dtype)
            throw new IllegalArgumentException("reduce: output is " + out.dtype() + ", expected " + dtype);
        if (out.shape().size() == 0) return;
        var base = new long[inputs.length + 1];
        for (int k = 0; k < inputs.length; k++) base[k] = bytes[k] == 0 ? 0 : in[k].address();
        base[inputs.length] = out.address();
        var kept = kept(in, out);
        var gone = gone(in, out);
        if (gone.cost(bytes) <= kept.cost(bytes) || gone.size() == 0) foldRuns(base, kept, gone);
        else addRows(base, kept, gone);
    }

    private Operand shaped(Operand[] in) {
        for (int k = 0; k < inputs.length; k++) if (bytes[k] != 0) return in[k];
        return in[0];
    }

    private Nest kept(Operand[] in, Operand out) {
        var dims = new long[out.rank()];
        var strides = new long[out.rank()][inputs.length + 1];
        var x = shaped(in);
        int axis = 0;
        for (int a = 0; a < x.rank(); a++) {
            if (isGone(a - x.rank())) continue;
            dims[axis] = x.dim(a);
            strides(in, a, strides[axis]);
            strides[axis][inputs.length] = out.strides()[axis] * dtype.bytes();
            axis++;
        }
        return new Nest(dims, strides, bytes);
    }

    private Nest gone(Operand[] in, Operand out) {
        var x = shaped(in);
        int n = x.rank() - out.rank();
        var dims = new long[n];
        var strides = new long[n][inputs.length + 1];
        int axis = 0;
        for (int a = 0; a < x.rank(); a++) {
            if (!isGone(a - x.rank())) continue;
            dims[axis] = x.dim(a);
            strides(in, a, strides[axis++]);
        }
        return new Nest(dims, strides, bytes);
    }

    private boolean isGone(int fromEnd) {
        for (int a : axes) if (a == fromEnd) return true;
        return false;
    }

    private void strides(Operand[] in, int axis, long[] to) {
        for (int k = 0; k < inputs.length; k++) to[k] = bytes[k] == 0 ? 0 : in[k].strides()[axis] * bytes[k];
    }

    private long combine(long a, long b) { return Value.apply(fold, wide, wide, a, b); }

    private void store(long at, long value) { Value.store(dtype, at, Value.cast(wide, dtype, value)); }

    // ---- runs folded to a number -------------------------------------------------------------------------------

    private void foldRuns(long[] base, Nest kept, Nest gone) {
        long n = gone.size();
        var run = n == 0 ? null : folds.choose(inputStrides(gone), gone.inner(), n * kept.size());
        long parts = Math.min((n + GRAIN - 1) / GRAIN, PARTS);
        if (kept.size() < PARTS && parts > 1) {
            kept.run(base, 0, kept.size(), each(kept, at -> {
                var partial = new long[(int) parts];
                Workers.forRange(parts, 1, (from, to) -> {
                    for (long p = from; p < to; p++)
                        partial[(int) p] = foldPart(at, gone, run, n * p / parts, n * (p + 1) / parts);
                });
                long sum = identity;
                for (long x : partial) sum = combine(sum, x);
                store(at[inputs.length], sum);
            }));
        } else {
            var body = each(kept, at -> store(at[inputs.length], n == 0 ? identity : foldPart(at, gone, run, 0, n)));
            long grain = Math.max(1, GRAIN / Math.max(1, n));
            Workers.forRange(kept.size(), grain, (from, to) -> kept.run(base, from, to, body));
        }
    }

    private interface Each { void run(long[] at); }

    private Nest.Visitor each(Nest nest, Each body) {
        return (start, n) -> {
            var at = start.clone();
            for (int i = 0; i < n; i++) {
                body.run(at);
                for (int k = 0; k < at.length; k++) at[k] += nest.stride()[k];
            }
        };
    }

    private long[] inputStrides(Nest nest) { return Arrays.copyOf(nest.stride(), inputs.length); }

    private long foldPart(long[] base, Nest gone, Fold run, long from, long to) {
        var stride = gone.stride();
        var sum = new long[] {identity};
        var at = new long[base.length];
        gone.run(base, from, to, (start, n) -> {
            System.arraycopy(start, 0, at, 0, at.length);
            for (int done = 0; done < n; done += BLOCK) {
                int piece = Math.min(BLOCK, n - done);
                sum[0] = combine(sum[0], run.run(at, stride, piece));
                for (int k = 0; k < inputs.length; k++) at[k] += stride[k] * piece;
            }
        });
        return sum[0];
    }

    // ---- rows added to a row -----------------------------------------------------------------------------------

    private void addRows(long[] base, Nest kept, Nest gone) {
        long blocks = (kept.inner() + ROW - 1) / ROW * (kept.size() / kept.inner());
        long parts = blocks >= PARTS ? 1 : Math.max(1, Math.min(PARTS, kept.size() * gone.size() / GRAIN));
        parts = Math.min(parts, gone.size());
        if (parts == 1) {
            Workers.forRange(kept.size(), Math.max(64, GRAIN / gone.size()), (from, to) -> kept.run(base, from, to,
                (start, n) -> blocks(start, kept, n, (at, length) -> {
                    long row = Scratch.current().take((long) ROW * wide.bytes());
                    addPart(at, kept, gone, row, length, 0, gone.size());
                    finish(row, at, kept, length);
                    Scratch.current().release(row);
                })));
        } else {
            long pieces = parts;
            kept.run(base, 0, kept.size(), (start, n) -> blocks(start, kept, n, (at, length) -> {
                long size = (long) ROW * wide.bytes();
                long all = Scratch.current().take(size * pieces);
                Workers.forRange(pieces, 1, (from, to) -> {
                    for (long p = from; p < to; p++)
                        addPart(at, kept, gone, all + p * size, length,
                            gone.size() * p / pieces, gone.size() * (p + 1) / pieces);
                });
                for (long p = 1; p < pieces; p++) merge(all, all + p * size, length);
                finish(all, at, kept, length);
                Scratch.current().release(all);
            }));
        }
    }

    private void blocks(long[] start, Nest kept, int n, Nest.Visitor body) {
        var at = start.clone();
        for (int done = 0; done < n; done += ROW) {
            int length = Math.min(ROW, n - done);
            body.run(at, length);
            for (int k = 0; k < at.length; k++) at[k] += kept.stride()[k] * length;
        }
    }

    private void addPart(long[] base, Nest kept, Nest gone, long row, int length, long from, long to) {
        fill(row, length);
        int in = inputs.length;
        var stride = Arrays.copyOf(kept.stride(), in + 2);
        stride[in] = stride[in + 1] = wide.bytes();
        var operands = new long[in + 2];
        operands[in] = operands[in + 1] = row;
        var loop = rows.choose(stride, length, length * (to - from));
        gone.run(base, from, to, (start, n) -> {
            System.arraycopy(start, 0, operands, 0, in);
            for (int i = 0; i < n; i++) {
                loop.run(operands, stride, length);
                for (int k = 0; k < in; k++) operands[k] += gone.stride()[k];
            }
        });
    }

    private void fill(long row, int length) {
        long size = (long) length * wide.bytes();
        Value.store(wide, row, identity);
        for (long done = wide.bytes(); done < size; done *= 2)
            MemorySegment.copy(Ram.ALL, row, Ram.ALL, row + done, Math.min(done, size - done));
    }

    private void merge(long into, long from, int length) {
        var stride = new long[] {wide.bytes(), wide.bytes(), wide.bytes()};
        merges.choose(stride, length, length).run(new long[] {into, from, into}, stride, length);
    }

    private void finish(long row, long[] at, Nest kept, int length) {
        var stride = new long[] {wide.bytes(), kept.stride()[inputs.length]};
        results.choose(stride, length, length).run(new long[] {row, at[inputs.length]}, stride, length);
    }
}
