package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Scalar;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Cumulative sums, products, extremes and log-sum-exps along the last axis, rows in parallel.
///
/// Floats are accumulated in `float64`, integers exactly, modulo their width; the result's dtype decides which. A
/// row goes through strips of scratch memory, so its length does not matter.
public final class Scans {
    private static final int STRIP = 512;

    /// Elements of a row that are worth several threads, and parts that each of those takes.
    private static final int LONG = 1 << 15;
    private static final int CHUNKS = 4;

    private Scans() {}

    /// out[i] = x[0] ∘ … ∘ x[i] along the last axis of real numbers.
    ///
    /// @param fold `ADD`, `MUL`, `MAX`, `MIN`, or of floats `LOGADDEXP`
    public static void run(Scalar fold, Operand x, Operand out) {
        int n = x.dim(-1);
        int axes = x.rank() - 1;
        boolean isFloat = out.dtype().isFloat();
        var start = start(fold, out.dtype());
        if (x.dtype() == Dtype.FLOAT32 && fold != Scalar.LOGADDEXP && x.isContiguous(1) && out.isContiguous(1)) {
            floats(fold, start.doubleValue(), x, out);
            return;
        }
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

    // ---- float32: four rows or parts at a time, for a single chain of additions waits for itself --------------------

    private static void floats(Scalar fold, double start, Operand x, Operand out) {
        int n = x.dim(-1), axes = x.rank() - 1;
        long rows = Strides.count(x, axes);
        if (n >= LONG && rows < 4L * Workers.count()) {
            for (long r = 0; r < rows; r++)
                parts(fold, start, Strides.address(x, axes, r), n, Strides.address(out, axes, r));
            return;
        }
        Workers.forRange((rows + 3) / 4, Strides.grain(4L * n), (from, to) -> {
            var scratch = Scratch.current();
            long carries = scratch.take(32), lost = scratch.take(4L * n);
            for (long q = from; q < to; q++) {
                var at = scratch.operands(8);
                for (int i = 0; i < 4; i++) {
                    long r = Math.min(4 * q + i, rows - 1);
                    at[i] = Strides.address(x, axes, r);
                    // the last row comes up to four times, once for all to see
                    at[4 + i] = 4 * q + i < rows ? Strides.address(out, axes, r) : lost;
                    Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 8 * i, start);
                }
                four(fold, at[0], at[1], at[2], at[3], n, at[4], at[5], at[6], at[7], carries);
            }
            scratch.release(carries);
        });
    }

    /// One long row: parts are folded, what comes before each is worked out, and they are scanned.
    private static void parts(Scalar fold, double start, long x, int n, long y) {
        int parts = 4 * CHUNKS * Workers.count(), size = n / parts, rest = n - size * parts;
        var scratch = Scratch.current();
        long carries = scratch.take(8L * parts);
        for (int p = 0; p < parts; p++) Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 8L * p, start);
        Workers.forRange(parts, 4, (from, to) -> {
            for (long p = from; p < to; p += 4) {
                long at = x + 4 * p * size, next = 4L * size;
                four(fold, at, at + next, at + 2 * next, at + 3 * next, size, 0, 0, 0, 0, carries + 8 * p);
            }
        });
        double before = start;
        for (int p = 0; p < parts; p++) {
            double own = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, carries + 8L * p);
            Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 8L * p, before);
            before = join(fold, before, own);
        }
        Workers.forRange(parts, 4, (from, to) -> {
            for (long p = from; p < to; p += 4) {
                long at = 4 * p * size, next = 4L * size;
                four(fold, x + at, x + at + next, x + at + 2 * next, x + at + 3 * next, size,
                    y + at, y + at + next, y + at + 2 * next, y + at + 3 * next, carries + 8 * p);
            }
        });
        for (int i = n - rest; i < n; i++) {
            before = join(fold, before, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * i));
            Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y + 4L * i, (float) before);
        }
        scratch.release(carries);
    }

    private static double join(Scalar fold, double a, double b) {
        return switch (fold) {
            case ADD -> a + b;
            case MUL -> a * b;
            case MAX -> Math.max(a, b);
            default -> Math.min(a, b);
        };
    }

    /// Goes on from four carries, and leaves them as they are at the end; without results if y0 is 0.
    private static void four(Scalar fold, long x0, long x1, long x2, long x3, int n, long y0, long y1, long y2, long y3,
                             long carries) {
        double a = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, carries), b = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, carries + 8);
        double c = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, carries + 16);
        double d = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, carries + 24);
        for (long i = 0; i < 4L * n; i += 4) {
            a = join(fold, a, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x0 + i));
            b = join(fold, b, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x1 + i));
            c = join(fold, c, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x2 + i));
            d = join(fold, d, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x3 + i));
            if (y0 == 0) continue;
            Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y0 + i, (float) a);
            Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y1 + i, (float) b);
            Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y2 + i, (float) c);
            Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y3 + i, (float) d);
        }
        Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries, a);
        Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 8, b);
        Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 16, c);
        Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, carries + 24, d);
    }

    // ---- all types -------------------------------------------------------------------------------------------------

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
