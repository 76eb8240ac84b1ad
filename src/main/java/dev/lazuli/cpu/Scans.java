package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Scalar;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Cumulative sums, products, extremes and log-sum-exps along the last axis, rows in parallel.
///
/// Floats are accumulated in `float64`, integers exactly, modulo their width; the result's dtype decides which. A
/// row goes through strips of scratch memory, so its length does not matter.
public final class Scans {
    private static final int STRIP = 512;

    private Scans() {}

    /// out[i] = x[0] ∘ … ∘ x[i] along the last axis of real numbers.
    ///
    /// @param fold `ADD`, `MUL`, `MAX`, `MIN`, or of floats `LOGADDEXP`
    public static void run(Scalar fold, Operand x, Operand out) {
        int n = x.dim(-1);
        int axes = x.rank() - 1;
        boolean isFloat = out.dtype().isFloat();
        var start = start(fold, out.dtype());
        Workers.forRange(Strides.count(x, axes), Strides.grain(n), (from, to) -> {
            var scratch = Scratch.current();
            long strip = scratch.take(8 * STRIP);
            for (long r = from; r < to; r++) {
                long xAt = Strides.address(x, axes, r), yAt = Strides.address(out, axes, r);
                if (isFloat) doubles(fold, start.doubleValue(), x, xAt, n, out, yAt, strip);
                else longs(fold, start.longValue(), x, xAt, n, out, yAt, strip);
            }
            scratch.release(strip);
        });
    }

    /// The fold of nothing.
    private static Number start(Scalar fold, Dtype dtype) {
        return switch (fold) {
            case ADD -> 0;
            case MUL -> 1;
            case MAX, LOGADDEXP -> dtype.isFloat() ? Double.NEGATIVE_INFINITY : dtype.min();
            case MIN -> dtype.isFloat() ? Double.POSITIVE_INFINITY : dtype.max();
            default -> throw new IllegalArgumentException("scan: " + fold.label() + " has no running fold");
        };
    }

    private static void doubles(Scalar fold, double start, Operand x, long xAt, int n, Operand out, long yAt,
                                long strip) {
        double carry = start;
        long xStep = x.stride(-1);
        long yStep = out.stride(-1);
        for (long done = 0; done < n; done += STRIP) {
            long length = Math.min(STRIP, n - done);
            Elements.toDoubles(x.dtype(), xAt + done * xStep * x.dtype().bytes(), xStep, length, strip);
            for (long i = 0; i < length; i++) {
                double v = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, strip + 8 * i);
                carry = switch (fold) {
                    case ADD -> carry + v;
                    case MUL -> carry * v;
                    case MAX -> Math.max(carry, v);
                    case MIN -> Math.min(carry, v);
                    default -> logAddExp(carry, v);
                };
                Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, strip + 8 * i, carry);
            }
            Elements.fromDoubles(strip, length, out.dtype(), yAt + done * yStep * out.dtype().bytes(), yStep);
        }
    }

    private static double logAddExp(double a, double b) {
        double max = Math.max(a, b);
        return Double.isInfinite(max) ? max : max + Math.log1p(Math.exp(Math.min(a, b) - max));
    }

    private static void longs(Scalar fold, long start, Operand x, long xAt, int n, Operand out, long yAt,
                              long strip) {
        var dtype = out.dtype();
        boolean unsigned = dtype == Dtype.UINT64;
        long carry = start;
        long xStep = x.stride(-1);
        long yStep = out.stride(-1);
        for (long done = 0; done < n; done += STRIP) {
            long length = Math.min(STRIP, n - done);
            Elements.toLongs(x.dtype(), xAt + done * xStep * x.dtype().bytes(), xStep, length, strip);
            for (long i = 0; i < length; i++) {
                long v = Ram.ALL.get(JAVA_LONG_UNALIGNED, strip + 8 * i);
                boolean less = unsigned ? Long.compareUnsigned(v, carry) < 0 : v < carry;
                carry = switch (fold) {
                    case ADD -> carry + v;
                    case MUL -> carry * v;
                    case MAX -> less ? carry : v;
                    default -> less ? v : carry;
                };
                Ram.ALL.set(JAVA_LONG_UNALIGNED, strip + 8 * i, carry);
            }
            Elements.fromLongs(strip, length, dtype, yAt + done * yStep * dtype.bytes(), yStep);
        }
    }
}
