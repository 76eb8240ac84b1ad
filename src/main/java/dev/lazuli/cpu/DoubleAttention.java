package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

/// Attention in `float64`, a query at a time: for precision rather than speed.
final class DoubleAttention {
    private DoubleAttention() {}

    static void run(Operand q, Operand k, Operand v, float scale, boolean causal, @Nullable Operand mask,
                    @Nullable Operand sinks, Operand out) {
        int axes = q.rank() - 1;
        int queries = q.dim(-2);
        int heads = q.dim(-3);
        int group = heads / k.dim(-3);
        int keys = k.dim(-2);
        int dv = v.dim(-1);
        Workers.forRange(Strides.count(q, axes), 1, (from, to) -> {
            var scratch = Scratch.current();
            long scores = scratch.take(8L * keys);
            for (long r = from; r < to; r++) {
                long head = r / queries / group;
                int seen = causal ? (int) Math.clamp(r % queries + 1 + keys - queries, 0L, keys) : keys;
                double max = scores(q, Strides.address(q, axes, r), k, Strides.address(k, axes - 1, head), scale, seen,
                    mask, mask == null ? 0 : Strides.address(mask, axes, r), scores);
                double sink = sinks == null ? Double.NEGATIVE_INFINITY
                    : at(sinks, sinks.address(), r / queries % heads);
                max = Math.max(max, sink);
                double sum = sinks == null ? 0 : Math.exp(sink - max);
                for (long j = 0; j < seen; j++) {
                    double e = Math.exp(Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, scores + 8 * j) - max);
                    Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, scores + 8 * j, e);
                    sum += e;
                }
                long values = Strides.address(v, axes - 1, head);
                for (int l = 0; l < dv; l++) {
                    double s = 0;
                    for (long j = 0; j < seen; j++)
                        s += Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, scores + 8 * j)
                            * at(v, values + j * v.stride(-2) * v.dtype().bytes(), l);
                    Elements.putDouble(Dtype.FLOAT64, out.address() + 8 * (r * dv + l), s / sum);
                }
            }
            scratch.release(scores);
        });
    }

    private static double scores(Operand q, long query, Operand k, long head, float scale, int seen,
                                 @Nullable Operand mask, long maskRow, long scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < seen; j++) {
            long key = head + j * k.stride(-2) * k.dtype().bytes();
            double s = 0;
            for (int l = 0; l < q.dim(-1); l++) s += at(q, query, l) * at(k, key, l);
            s *= scale;
            if (mask != null) {
                double m = at(mask, maskRow, j);
                if (!mask.dtype().isBool()) s += m;
                else if (m == 0) s = Double.NEGATIVE_INFINITY;
            }
            if (s > max) max = s;
            Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, scores + 8L * j, s);
        }
        return max;
    }

    /// Element `i` along the last axis.
    private static double at(Operand x, long row, long i) {
        return Elements.getDouble(x.dtype(), row + i * x.stride(-1) * x.dtype().bytes());
    }
}
