package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention without the matrix of scores: blocks of keys stream past a block of queries, softmax
/// is corrected as larger scores appear.
///
/// Blocks run in parallel; where there are fewer than threads, long caches are cut into parts whose results are
/// merged. Scratch memory does not depend on the number of keys.
public final class FlashAttention {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final int BLOCK = AttentionScores.BLOCK;
    /// Fewer keys than this are not worth a part of their own.
    private static final int SHORTEST_PART = 512;

    private final Provider provider;

    public FlashAttention(Provider provider) { this.provider = provider; }

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
        else new Call(new AttentionScores(provider, q, k, scale, causal, mask, true), v, sinks, out).run();
    }

    /// One call's operands and into how many parts the keys are cut.
    private static final class Call {
        final AttentionScores scores;
        final AttentionKernel kernel;
        final Operand v, out;
        final @Nullable Operand sinks;
        final int width, dv, parts;

        Call(AttentionScores scores, Operand v, @Nullable Operand sinks, Operand out) {
            this.scores = scores;
            kernel = scores.kernel;
            this.v = v;
            this.sinks = sinks;
            this.out = out;
            width = scores.width;
            dv = v.dim(-1);
            long units = scores.units();
            int wanted = Math.toIntExact(Math.min(2L * Workers.count(), (2L * Workers.count() + units - 1) / units));
            parts = units >= Workers.count() ? 1 : Math.clamp(scores.keys / SHORTEST_PART, 1, wanted);
        }

        /// Bytes of a part's result: maxima and sums, then values, feature by feature.
        long stateBytes() { return 4L * width * (2 + dv); }

        void run() {
            long units = scores.units();
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

        void attend(long unit, int part, long state, Scratch scratch) {
            int d = scores.d;
            int seen = scores.seen(unit);
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
            long dense = scratch.take(4L * width * d);
            scores.load(scores.q, unit, scores.scale, d, dense);
            scores.transposed(dense, d, d, tile);
            long weights = scratch.take(4L * width * BLOCK);
            long factors = scratch.take(4L * width);
            long copy = scratch.take(4L * BLOCK * Math.max(d, dv));
            long head = unit / scores.blocks;
            for (int j = from; j < to; j += BLOCK) {
                int n = Math.min(BLOCK, to - j);
                scores.score(unit, j, n, scores.dense(scores.k, head, j, n, copy), tile, weights);
                kernel.softmax(n, width, weights, max, sum, factors);
                kernel.product(dv, width, n, scores.dense(v, head, j, n, copy), 4, 4L * dv, weights,
                    j == from ? 0 : factors, values);
            }
            scratch.release(tile);
        }

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
            long shares = scratch.take(4L * width);
            for (int i = 0; i < width; i++) Ram.ALL.set(FLOAT, shares + 4L * i, share(unit, i, state + 4L * i));
            long dense = scratch.take(4L * width * dv);
            scores.store(unit, state + 8L * width, dv, shares, dense, out.dtype(), out.address());
            scratch.release(shares);
        }

        private float share(long unit, int i, long max) {
            float sum = Ram.ALL.get(FLOAT, max + 4L * width);
            if (sinks == null || i >= scores.rows(unit)) return 1 / sum;
            long head = scores.row(unit, i) / scores.queries % ((long) scores.heads * scores.group);
            float sink = (float) Elements.getDouble(sinks.dtype(),
                sinks.address() + head * sinks.stride(-1) * sinks.dtype().bytes());
            float largest = Ram.ALL.get(FLOAT, max);
            float top = Math.max(largest, sink);
            float factor = (float) Math.exp(largest - top);
            return factor / (sum * factor + (float) Math.exp(sink - top));
        }
    }
}
