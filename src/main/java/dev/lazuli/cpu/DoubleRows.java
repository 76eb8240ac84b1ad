package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import org.jspecify.annotations.Nullable;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

/// What [Rows] computes, for `float64`: plain loops, for precision rather than speed.
final class DoubleRows {
    private DoubleRows() {}

    private interface Body { void run(long row, long r); }

    static void softmax(Operand x, Operand out) {
        long n = x.dim(-1);
        forRows(x, (row, r) -> {
            double max = max(row, n);
            double sum = 0;
            for (long i = 0; i < n; i++) {
                double e = Math.exp(at(row, i) - max);
                set(row, i, e);
                sum += e;
            }
            for (long i = 0; i < n; i++) set(row, i, at(row, i) / sum);
            Elements.fromDoubles(row, n, out.dtype(), out.address() + r * n * out.dtype().bytes(), 1);
        });
    }

    static void logsumexp(Operand x, Operand out) {
        long n = x.dim(-1);
        forRows(x, (row, r) -> {
            double max = max(row, n);
            double result;
            if (Double.isInfinite(max)) {
                result = Rows.infinite(x.dtype(), row, n, max);
            } else {
                double sum = 0;
                for (long i = 0; i < n; i++) sum += Math.exp(at(row, i) - max);
                result = max + Math.log(sum);
            }
            Elements.putDouble(out.dtype(), out.address() + r * out.dtype().bytes(), result);
        });
    }

    static void norm(Operand x, boolean centred, @Nullable Operand weight, @Nullable Operand bias, float eps,
                     Operand out) {
        long n = x.dim(-1);
        forRows(x, (row, r) -> {
            double sum = 0;
            for (long i = 0; centred && i < n; i++) sum += at(row, i);
            double mean = sum / n;
            double squares = 0;
            for (long i = 0; i < n; i++) squares += (at(row, i) - mean) * (at(row, i) - mean);
            double scale = 1 / Math.sqrt(squares / n + eps);
            for (long i = 0; i < n; i++)
                set(row, i, (at(row, i) - mean) * scale * feature(weight, i, 1) + feature(bias, i, 0));
            Elements.fromDoubles(row, n, out.dtype(), out.address() + r * n * out.dtype().bytes(), 1);
        });
    }

    private static double feature(@Nullable Operand v, long i, double absent) {
        return v == null ? absent : Elements.getDouble(v.dtype(), v.address() + i * v.stride(-1) * v.dtype().bytes());
    }

    private static double max(long row, long n) {
        double max = Double.NEGATIVE_INFINITY;
        for (long i = 0; i < n; i++) if (at(row, i) > max) max = at(row, i);
        return max;
    }

    private static double at(long row, long i) { return Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, row + 8 * i); }

    private static void set(long row, long i, double value) { Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, row + 8 * i, value); }

    /// Calls `body` with a dense copy of each row, which it may overwrite.
    private static void forRows(Operand x, Body body) {
        long n = x.dim(-1);
        int axes = x.rank() - 1;
        Workers.forRange(Strides.count(x, axes), Strides.grain(n), (from, to) -> {
            var scratch = Scratch.current();
            long copy = scratch.take(8 * n);
            try {
                for (long r = from; r < to; r++) {
                    Elements.toDoubles(x.dtype(), Strides.address(x, axes, r), x.stride(-1), n, copy);
                    body.run(copy, r);
                }
            } finally {
                scratch.release(copy);
            }
        });
    }
}
