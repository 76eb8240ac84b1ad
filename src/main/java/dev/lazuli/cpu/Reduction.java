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
            var part = new Folding[(int) parts];
            Arrays.setAll(part, p -> new Folding(gone, run));
            kept.run(base, 0, kept.size(), each(kept, at -> {
                Workers.forRange(parts, 1, (from, to) -> {
                    for (long p = from; p < to; p++) part[(int) p].fold(at, n * p / parts, n * (p + 1) / parts);
                });
                long sum = identity;
                for (var p : part) sum = combine(sum, p.sum);
                store(at[inputs.length], sum);
            }));
        } else {
            long grain = Math.max(1, GRAIN / Math.max(1, n));
            Workers.forRange(kept.size(), grain, (from, to) -> {
                var folding = new Folding(gone, run);
                kept.run(base, from, to, each(kept, at ->
                    store(at[inputs.length], n == 0 ? identity : folding.fold(at, 0, n))));
            });
        }
    }

    private interface Each { void run(long[] at); }

    private Nest.Visitor each(Nest nest, Each body) {
        return (at, n) -> {
            for (int i = 0; i < n; i++) {
                body.run(at);
                Nest.move(at, nest.stride(), 1);
            }
            Nest.move(at, nest.stride(), -n);
        };
    }

    private long[] inputStrides(Nest nest) { return Arrays.copyOf(nest.stride(), inputs.length); }

    /// Folds one part of a nest after another into a number.
    private final class Folding implements Nest.Visitor {
        private final Nest.Walk walk;
        private final long[] stride;
        private final @Nullable Fold run;
        private long sum;

        Folding(Nest gone, @Nullable Fold run) {
            walk = gone.new Walk(inputs.length + 1);
            stride = gone.stride();
            this.run = run;
        }

        long fold(long[] base, long from, long to) {
            sum = identity;
            walk.run(base, from, to, this);
            return sum;
        }

        @Override public void run(long[] at, int n) {
            for (int done = 0; done < n; done += BLOCK) {
                int piece = Math.min(BLOCK, n - done);
                sum = combine(sum, run.run(at, stride, piece));
                Nest.move(at, stride, piece);
            }
            Nest.move(at, stride, -n);
        }
    }

    // ---- rows added to a row -----------------------------------------------------------------------------------

    private void addRows(long[] base, Nest kept, Nest gone) {
        long blocks = (kept.inner() + ROW - 1) / ROW * (kept.size() / kept.inner());
        long parts = blocks >= PARTS ? 1 : Math.max(1, Math.min(PARTS, kept.size() * gone.size() / GRAIN));
        int pieces = (int) Math.min(parts, gone.size());
        var adding = new Adding(kept, gone, pieces);
        if (pieces == 1) {
            Workers.forRange(kept.size(), Math.max(64, GRAIN / gone.size()), (from, to) -> {
                var part = adding.new Part();
                long row = Scratch.current().take((long) ROW * wide.bytes());
                kept.run(base, from, to, blocks(kept, (at, length) -> {
                    part.add(at, row, length, 0, gone.size());
                    part.finish(row, at, length);
                }));
                Scratch.current().release(row);
            });
        } else {
            long size = (long) ROW * wide.bytes();
            long row = Scratch.current().take(size * pieces);
            var part = new Adding.Part[pieces];
            Arrays.setAll(part, p -> adding.new Part());
            kept.run(base, 0, kept.size(), blocks(kept, (at, length) -> {
                Workers.forRange(pieces, 1, (from, to) -> {
                    for (int p = (int) from; p < to; p++)
                        part[p].add(at, row + p * size, length, gone.size() * p / pieces,
                            gone.size() * (p + 1) / pieces);
                });
                for (int p = 1; p < pieces; p++) adding.merge(row + p * size, row, length);
                part[0].finish(row, at, length);
            }));
            Scratch.current().release(row);
        }
    }

    private Nest.Visitor blocks(Nest kept, Nest.Visitor body) {
        return (at, n) -> {
            for (int done = 0; done < n; done += ROW) {
                int length = Math.min(ROW, n - done);
                body.run(at, length);
                Nest.move(at, kept.stride(), length);
            }
            Nest.move(at, kept.stride(), -n);
        };
    }

    /// What adds values to rows of results.
    private final class Adding {
        final Nest gone;
        final long[] stride;
        final long[] end;
        final long[] dense = {wide.bytes(), wide.bytes(), wide.bytes()};
        final long[] both = new long[3];
        final Loop loop;
        final @Nullable Loop merge;
        final Loop result;

        Adding(Nest kept, Nest gone, int parts) {
            this.gone = gone;
            stride = Arrays.copyOf(kept.stride(), inputs.length + 2);
            stride[inputs.length] = stride[inputs.length + 1] = wide.bytes();
            end = new long[] {wide.bytes(), kept.stride()[inputs.length]};
            loop = rows.choose(stride, kept.inner(), kept.size() * gone.size());
            merge = parts == 1 ? null : merges.choose(dense, kept.inner(), kept.size());
            result = results.choose(end, kept.inner(), kept.size());
        }

        /// Adds a row of results to another.
        void merge(long from, long into, int length) {
            both[0] = both[2] = into;
            both[1] = from;
            merge.run(both, dense, length);
        }

        /// One thread's share of it, of one row after another.
        final class Part implements Nest.Visitor {
            private final Nest.Walk walk = gone.new Walk(inputs.length + 1);
            private final long[] at = new long[stride.length];
            private final long[] ends = new long[2];
            private int length;

            void add(long[] base, long row, int length, long from, long to) {
                fill(row, length);
                at[inputs.length] = at[inputs.length + 1] = row;
                this.length = length;
                walk.run(base, from, to, this);
            }

            @Override public void run(long[] start, int n) {
                System.arraycopy(start, 0, at, 0, inputs.length);
                for (int i = 0; i < n; i++) {
                    loop.run(at, stride, length);
                    for (int k = 0; k < inputs.length; k++) at[k] += gone.stride()[k];
                }
            }

            /// Writes a row to where the results are.
            void finish(long row, long[] base, int length) {
                ends[0] = row;
                ends[1] = base[inputs.length];
                result.run(ends, end, length);
            }
        }
    }

    private void fill(long row, int length) {
        long size = (long) length * wide.bytes();
        Value.store(wide, row, identity);
        for (long done = wide.bytes(); done < size; done *= 2)
            MemorySegment.copy(Ram.ALL, row, Ram.ALL, row + done, Math.min(done, size - done));
    }
}
