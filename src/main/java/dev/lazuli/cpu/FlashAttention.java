package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Scaled dot-product attention without the matrix of scores: blocks of keys stream past a block of queries, softmax
/// is corrected as larger scores appear.
///
/// The queries of all heads that share a key head form one list, position by position; a block of them is as wide as
/// four vectors, so a group of 8 heads that decode one token reads the cache once. Blocks run in parallel; where
/// there are fewer than threads, long caches are cut into parts whose results are merged. Scratch memory does not
/// depend on the number of keys.
public final class FlashAttention {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Keys of a block: with 64 features, block and scores stay in first-level cache.
    private static final int BLOCK = 64;
    /// Fewer keys than this are not worth a part of their own.
    private static final int SHORTEST_PART = 512;

    private final AttentionKernel kernel;
    private final RowKernels rows;

    public FlashAttention(Provider provider) {
        kernel = provider.attention();
        rows = provider.rows();
    }

    /// out = softmax(q · kᵀ · scale + mask) · v.
    ///
    /// A query that sees no key gives NaN.
    ///
    /// @param q [.., H, Tq, D]; any strides, as all operands
    /// @param k [.., Hkv, Tk, D], H a multiple of Hkv: consecutive heads share a key head
    /// @param v [.., Hkv, Tk, Dv]
    /// @param causal query i sees the keys up to i + Tk - Tq
    /// @param mask [.., H, Tq, Tk], bool (true: visible) or a float that is added to the score, or null
    /// @param sinks [H] scores that enter the denominator only, or null
    /// @param out [.., H, Tq, Dv], row-major
    public void run(Operand q, Operand k, Operand v, float scale, boolean causal, @Nullable Operand mask,
                    @Nullable Operand sinks, Operand out) {
        if (out.shape().size() == 0) return;
        if (q.dtype() == Dtype.FLOAT64) DoubleAttention.run(q, k, v, scale, causal, mask, sinks, out);
        else new Call(q, k, v, scale, causal, mask, sinks, out).run();
    }

    /// One call's operands and how it is cut: a unit is (outer axes and key head, block of queries, part of the keys).
    private final class Call {
        final Operand q, k, v, out;
        final @Nullable Operand mask;
        final @Nullable Operand sinks;
        final float scale;
        final boolean causal;
        final int outer, heads, group, queries, keys, d, dv;
        final int width, blocks, parts;

        Call(Operand q, Operand k, Operand v, float scale, boolean causal, @Nullable Operand mask,
             @Nullable Operand sinks, Operand out) {
            this.q = q;
            this.k = k;
            this.v = v;
            this.out = out;
            this.mask = mask;
            this.sinks = sinks;
            this.scale = scale;
            this.causal = causal;
            outer = q.rank() - 3;
            heads = k.dim(-3);
            group = q.dim(-3) / heads;
            queries = q.dim(-2);
            keys = k.dim(-2);
            d = q.dim(-1);
            dv = v.dim(-1);
            int w = kernel.width();
            long list = (long) queries * group;
            width = list == 1 ? 1 : list > 3L * w ? 4 * w : Math.toIntExact((list + w - 1) / w * w);
            blocks = Math.toIntExact((list + width - 1) / width);
            long units = Strides.count(k, outer + 1) * blocks;
            int wanted = Math.toIntExact(Math.min(2L * Workers.count(), (2L * Workers.count() + units - 1) / units));
            parts = units >= Workers.count() ? 1 : Math.clamp(keys / SHORTEST_PART, 1, wanted);
        }

        /// Bytes of a part's result: maxima and sums, then values, feature by feature.
        long stateBytes() { return 4L * width * (2 + dv); }

        void run() {
            long units = Strides.count(k, outer + 1) * blocks;
            if (parts == 1) {
                Workers.forRange(units, 1, (from, to) -> {
                    var scratch = Scratch.current();
                    long state = scratch.take(stateBytes());
                    for (long u = from; u < to; u++) {
                        attend(u, 0, state, scratch);
                        finish(u, state, scratch);
                    }
                    scratch.release(state);
                });
                return;
            }
            var scratch = Scratch.current();
            long states = scratch.take(units * parts * stateBytes());
            try {
                Workers.forRange(units * parts, 1, (from, to) -> {
                    for (long u = from; u < to; u++)
                        attend(u / parts, (int) (u % parts), states + u * stateBytes(), Scratch.current());
                });
                for (long u = 0; u < units; u++) {
                    long first = states + u * parts * stateBytes();
                    for (int p = 1; p < parts; p++) merge(first, first + p * stateBytes());
                    finish(u, first, scratch);
                }
            } finally {
                scratch.release(states);
            }
        }

        /// Row of the output, and of q: heads of a group at one position follow each other in the list.
        long row(long unit, int i) {
            long at = unit % blocks * width + i;
            return (unit / blocks * group + at % group) * queries + at / group;
        }

        int rows(long unit) { return (int) Math.min(width, (long) queries * group - unit % blocks * width); }

        int position(long unit, int i) { return (int) ((unit % blocks * width + i) / group); }

        int visible(int position) { return causal ? Math.clamp((long) position + 1 + keys - queries, 0, keys) : keys; }

        void attend(long unit, int part, long state, Scratch scratch) {
            int rows = rows(unit);
            int seen = visible(position(unit, rows - 1));
            int from = (int) ((long) seen * part / parts);
            int to = (int) ((long) seen * (part + 1) / parts);
            long max = state;
            long sum = state + 4L * width;
            long values = state + 8L * width;
            for (long i = 0; i < width; i++) {
                Ram.ALL.set(FLOAT, max + 4 * i, Float.NEGATIVE_INFINITY);
                Ram.ALL.set(FLOAT, sum + 4 * i, 0);
            }
            if (from >= to) Ram.zero(values, 4L * width * dv);

            long tile = scratch.take(4L * width * d);
            packQueries(unit, rows, tile, scratch);
            long scores = scratch.take(4L * width * BLOCK);
            long factors = scratch.take(4L * width);
            long copy = scratch.take(4L * BLOCK * Math.max(d, dv));
            long keyHead = Strides.address(k, outer + 1, unit / blocks);
            long valueHead = Strides.address(v, outer + 1, unit / blocks);
            for (int j = from; j < to; j += BLOCK) {
                int n = Math.min(BLOCK, to - j);
                block(k, keyHead, j, n, copy, true, n, d, tile, 0, scores);
                if (mask != null) applyMask(unit, rows, mask, j, n, scores);
                if (causal && j + n > visible(position(unit, 0))) applyCausal(unit, rows, j, n, scores);
                kernel.softmax(n, width, scores, max, sum, factors);
                block(v, valueHead, j, n, copy, false, dv, n, scores, j == from ? 0 : factors, values);
            }
            scratch.release(tile);
        }

        /// Multiplies n keys (values) from position j. Floats without gaps are read in place, if many queries share
        /// them or one query streams them; else they are copied first, in order, as memory likes it.
        void block(Operand x, long head, int j, int n, long copy, boolean isKey, int m, int inner, long b,
                   long factors, long c) {
            long pitch = x.stride(-2) * x.dtype().bytes();
            long a = head + j * pitch;
            int features = x.dim(-1);
            boolean dense = x.dtype() == Dtype.FLOAT32 && x.isContiguous(1) && pitch == 4L * features;
            if (dense && width == kernel.width()) {
                rows.load(x.dtype(), a, (long) n * features, copy);
                a = copy;
            } else if (!dense) {
                boolean loads = x.isContiguous(1) && x.dtype().isFloat() && x.dtype().bytes() <= 4;
                for (int i = 0; i < n; i++) {
                    if (loads) rows.load(x.dtype(), a + i * pitch, features, copy + 4L * i * features);
                    else Elements.toFloats(x.dtype(), a + i * pitch, x.stride(-1), features, copy + 4L * i * features);
                }
                a = copy;
            }
            pitch = 4L * features;
            kernel.product(m, width, inner, a, isKey ? pitch : 4, isKey ? 4 : pitch, b, factors, c);
        }

        void packQueries(long unit, int n, long tile, Scratch scratch) {
            long row = scratch.take(4L * d);
            if (n < width) Ram.zero(tile, 4L * width * d);
            for (int i = 0; i < n; i++) {
                long at = Strides.address(q, outer + 2, row(unit, i));
                if (q.isContiguous(1)) rows.load(q.dtype(), at, d, row);
                else Elements.toFloats(q.dtype(), at, q.stride(-1), d, row);
                long column = tile + 4L * i;
                for (int l = 0; l < d; l++)
                    Ram.ALL.set(FLOAT, column + 4L * l * width, scale * Ram.ALL.get(FLOAT, row + 4L * l));
            }
            scratch.release(row);
        }

        /// Hides key after key from the queries before it: they are the first of the block.
        void applyCausal(long unit, int n, int j, int keys, long scores) {
            long start = unit % blocks * width;
            for (int l = 0; l < keys; l++) {
                int hidden = (int) Math.clamp((long) (j + l - this.keys + queries) * group - start, 0L, n);
                long row = scores + 4L * l * width;
                for (int i = 0; i < hidden; i++) Ram.ALL.set(FLOAT, row + 4L * i, Float.NEGATIVE_INFINITY);
            }
        }

        void applyMask(long unit, int n, Operand mask, int j, int keys, long scores) {
            long step = mask.stride(-1) * mask.dtype().bytes();
            for (int i = 0; i < n; i++) {
                long m = Strides.address(mask, outer + 2, row(unit, i)) + j * step;
                long s = scores + 4L * i;
                switch (mask.dtype()) {
                    case BOOL -> {
                        for (int l = 0; l < keys; l++)
                            if (Ram.ALL.get(ValueLayout.JAVA_BYTE, m + l * step) == 0)
                                Ram.ALL.set(FLOAT, s + 4L * l * width, Float.NEGATIVE_INFINITY);
                    }
                    case FLOAT32 -> {
                        for (int l = 0; l < keys; l++)
                            add(s + 4L * l * width, Ram.ALL.get(FLOAT, m + l * step));
                    }
                    default -> {
                        for (int l = 0; l < keys; l++)
                            add(s + 4L * l * width, (float) Elements.getDouble(mask.dtype(), m + l * step));
                    }
                }
            }
        }

        void add(long score, float value) { Ram.ALL.set(FLOAT, score, Ram.ALL.get(FLOAT, score) + value); }

        /// Adds the result of another part to `state`.
        void merge(long state, long other) {
            for (long i = 0; i < width; i++) {
                long at = state + 4 * i;
                long from = other + 4 * i;
                float a = Ram.ALL.get(FLOAT, at);
                float b = Ram.ALL.get(FLOAT, from);
                float max = b > a ? b : a;
                float shift = max == Float.NEGATIVE_INFINITY ? 0 : max;
                float fa = (float) Math.exp(a - shift);
                float fb = (float) Math.exp(b - shift);
                Ram.ALL.set(FLOAT, at, max);
                for (long l = 1; l < 2 + dv; l++) {
                    long o = 4 * l * width;
                    Ram.ALL.set(FLOAT, at + o, fa * Ram.ALL.get(FLOAT, at + o) + fb * Ram.ALL.get(FLOAT, from + o));
                }
            }
        }

        /// Divides by the sums and writes the rows.
        void finish(long unit, long state, Scratch scratch) {
            long line = scratch.take(4L * dv);
            int n = rows(unit);
            for (int i = 0; i < n; i++) {
                long r = row(unit, i);
                float sum = Ram.ALL.get(FLOAT, state + 4L * (width + i));
                float factor = 1;
                if (sinks != null) {
                    float max = Ram.ALL.get(FLOAT, state + 4L * i);
                    long head = r / queries % ((long) heads * group);
                    float sink = (float) Elements.getDouble(sinks.dtype(),
                        sinks.address() + head * sinks.stride(-1) * sinks.dtype().bytes());
                    float top = Math.max(max, sink);
                    factor = (float) Math.exp(max - top);
                    sum = sum * factor + (float) Math.exp(sink - top);
                }
                long target = out.dtype() == Dtype.FLOAT32 ? out.address() + r * dv * 4 : line;
                float share = factor / sum;
                long column = state + 4L * (2 * width + i);
                for (int l = 0; l < dv; l++)
                    Ram.ALL.set(FLOAT, target + 4L * l, share * Ram.ALL.get(FLOAT, column + 4L * l * width));
                if (target == line) rows.store(line, dv, out.dtype(), out.address() + r * dv * out.dtype().bytes());
            }
            scratch.release(line);
        }
    }
}
