package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The cotangents of attention's queries, keys and values, without the matrix of scores.
///
/// A block of queries sees all its keys, block by block, twice: once for the weights, which are kept, and once for four
/// products with what became of them. Key heads run in parallel; where there are fewer than threads, the queries are
/// cut into parts, whose cotangents of keys and values are added. Scratch memory grows with the keys, not with keys
/// times queries.
public final class FlashGradient {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final int BLOCK = AttentionScores.BLOCK;

    private final Provider provider;

    public FlashGradient(Provider provider) { this.provider = provider; }

    /// @param q      [.., H, Tq, D], and k, v, scale, causal and mask as in `FlashAttention`
    /// @param result of the attention
    /// @param ct     the cotangent of it
    /// @param out    [.., H · Tq · D + Hkv · Tk · D + Hkv · Tk · Dv], row-major: cotangents of q, k and v
    public void run(Operand q, Operand k, Operand v, float scale, boolean causal, @Nullable Operand mask,
                    Operand result, Operand ct, Operand out) {
        if (out.shape().size() == 0) return;
        new Call(new AttentionScores(provider, q, k, scale, causal, mask, false), v, result, ct, out).run();
    }

    /// One call's operands, and into how many parts the queries are cut.
    private static final class Call {
        final AttentionScores scores;
        final AttentionKernel kernel;
        final Operand v, result, ct, out;
        final int d, dv, keys, width, parts;
        /// Features, rounded up to whole vectors.
        final int wide, wideValues;
        final long heads;

        Call(AttentionScores scores, Operand v, Operand result, Operand ct, Operand out) {
            this.scores = scores;
            this.v = v;
            this.result = result;
            this.ct = ct;
            this.out = out;
            kernel = scores.kernel;
            d = scores.d;
            dv = v.dim(-1);
            keys = scores.keys;
            width = scores.width;
            wide = (d + kernel.width() - 1) / kernel.width() * kernel.width();
            wideValues = (dv + kernel.width() - 1) / kernel.width() * kernel.width();
            heads = Strides.count(scores.k, scores.outer + 1);
            int most = Math.max(1, scores.blocks); // without queries there are none
            parts = heads >= Workers.count() ? 1 : Math.clamp(2L * Workers.count() / heads, 1, most);
        }

        /// Bytes of a part's sums: cotangents of keys, then of values.
        long sumBytes() { return 4L * keys * (wide + wideValues); }

        void run() {
            if (parts == 1) {
                Workers.forRange(heads, 1, (from, to) -> {
                    var scratch = Scratch.current();
                    long sums = scratch.take(sumBytes());
                    for (long head = from; head < to; head++) {
                        add(head, 0, sums, scratch);
                        finish(head, sums);
                    }
                    scratch.release(sums);
                });
                return;
            }
            var scratch = Scratch.current();
            long all = scratch.take(heads * parts * sumBytes());
            try {
                Workers.forRange(heads * parts, 1, (from, to) -> {
                    for (long i = from; i < to; i++)
                        add(i / parts, (int) (i % parts), all + i * sumBytes(), Scratch.current());
                });
                for (long head = 0; head < heads; head++) {
                    long first = all + head * parts * sumBytes();
                    for (int p = 1; p < parts; p++) merge(first, first + p * sumBytes());
                    finish(head, first);
                }
            } finally {
                scratch.release(all);
            }
        }

        /// Adds up what the queries of a part give to keys and values, and writes their own cotangents.
        void add(long head, int part, long sums, Scratch scratch) {
            Ram.zero(sums, sumBytes());
            long copies = scratch.take(4L * keys * (d + dv));
            long k = scores.dense(scores.k, head, 0, keys, copies);
            long v = scores.dense(this.v, head, 0, keys, copies + 4L * keys * d);
            int from = (int) ((long) scores.blocks * part / parts);
            int to = (int) ((long) scores.blocks * (part + 1) / parts);
            for (int b = from; b < to; b++) unit(head * scores.blocks + b, k, v, sums, scratch);
            scratch.release(copies);
        }

        void unit(long unit, long k, long v, long sums, Scratch scratch) {
            int seen = Math.max(Math.min(1, keys), scores.seen(unit)); // who sees no key gives NaN here as well
            long line = 4L * width;
            long max = scratch.take(4 * line), sum = max + line, delta = sum + line, factors = delta + line;
            fill(max, width, Float.NEGATIVE_INFINITY);
            fill(sum, width, 0);

            long queries = scratch.take(line * wide);
            long tile = scratch.take(line * Math.max(d, dv));
            long weights = scratch.take(line * seen);
            scores.load(scores.q, unit, scores.scale, wide, queries);
            scores.transposed(queries, d, wide, tile);
            for (int j = 0; j < seen; j += BLOCK)
                scores.score(unit, j, Math.min(BLOCK, seen - j), k + 4L * j * d, tile, weights + line * j);
            kernel.softmax(seen, width, weights, max, sum, factors);

            long cts = scratch.take(line * wideValues);
            long block = scratch.take(line * Math.max(BLOCK, dv));
            cotangents(unit, sum, delta, cts, tile, block);

            long own = scratch.take(line * d);
            Ram.zero(own, line * d);
            int widest = Math.max(width, Math.max(wide, wideValues));
            long ones = scratch.take(4L * widest);
            fill(ones, widest, 1);
            long keySums = sums, valueSums = sums + 4L * keys * wide;
            for (int j = 0; j < seen; j += BLOCK) {
                int n = Math.min(BLOCK, seen - j);
                long w = weights + line * j;
                kernel.product(n, wideValues, width, w, line, 4, cts, ones, valueSums + 4L * j * wideValues);
                kernel.product(n, width, dv, v + 4L * j * dv, 4L * dv, 4, tile, 0, block);
                kernel.softmaxGradient(n, width, w, delta, block);
                kernel.product(n, wide, width, block, line, 4, queries, ones, keySums + 4L * j * wide);
                kernel.product(d, width, n, k + 4L * j * d, 4, 4L * d, block, ones, own);
            }
            fill(factors, width, scores.scale);
            long before = unit / scores.blocks / scores.heads * (out.dim(-1) - queryCount());
            scores.store(unit, own, d, factors, queries, out.dtype(), out.address() + before * out.dtype().bytes());
            scratch.release(max);
        }

        /// Writes the cotangents of the unit's results, divided by the sums of their weights, in rows and as a tile,
        /// and what each query's weighted ones add up to.
        ///
        /// @param free a tile that is written over
        void cotangents(long unit, long sum, long delta, long rows, long tile, long free) {
            scores.load(result, unit, 1, wideValues, rows);
            scores.transposed(rows, dv, wideValues, free);
            scores.load(ct, unit, 1, wideValues, rows);
            for (int i = 0; i < scores.rows(unit); i++) {
                long row = rows + 4L * i * wideValues;
                scores.rows.scale(row, dv, 1 / Ram.ALL.get(FLOAT, sum + 4L * i), row);
            }
            scores.transposed(rows, dv, wideValues, tile);
            kernel.dots(dv, width, tile, free, delta);
        }

        /// Adds the sums of another part.
        void merge(long sums, long other) {
            for (long at = 0; at < sumBytes(); at += 4)
                Ram.ALL.set(FLOAT, sums + at, Ram.ALL.get(FLOAT, sums + at) + Ram.ALL.get(FLOAT, other + at));
        }

        /// Writes the cotangents of a head's keys and values.
        void finish(long head, long sums) {
            long start = head / scores.heads * out.dim(-1) + queryCount();
            long inner = head % scores.heads * keys;
            for (long j = 0; j < keys; j++) {
                store(sums + 4 * j * wide, d, start + (inner + j) * d);
                store(sums + 4 * (keys * (long) wide + j * wideValues), dv,
                    start + (long) scores.heads * keys * d + (inner + j) * dv);
            }
        }

        private void store(long from, int n, long element) {
            scores.rows.store(from, n, out.dtype(), out.address() + element * out.dtype().bytes());
        }

        /// Elements of a batch entry's queries.
        private long queryCount() { return (long) scores.heads * scores.group * scores.queries * d; }

        private static void fill(long at, int n, float value) {
            for (int i = 0; i < n; i++) Ram.ALL.set(FLOAT, at + 4L * i, value);
        }
    }
}
