package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Cumulative sums, products, extremes and log-sum-exps along the last axis, rows in parallel.
///
/// Floats are accumulated in `float64`, integers exactly, modulo their width; the result's dtype decides which. A
/// row goes through strips of scratch memory, so its length does not matter.
public final class Scans {
    /// What is accumulated; with no element yet it is 0, 1, the lowest, the highest value, and negative infinity.
    public enum Scan { SUM, PROD, MAX, MIN, LOGSUMEXP }

    private static final int STRIP = 512;

    private Scans() {}

    /// out[i] = x[0] ∘ … ∘ x[i] along the last axis.
    ///
    /// @param reverse accumulates from the end of a row
    /// @param inclusive whether element i counts itself
    /// @throws IllegalArgumentException for complex numbers, except to sum them
    public static void run(Scan scan, Operand x, boolean reverse, boolean inclusive, Operand out) {
        if (out.dtype().isComplex()) {
            if (scan != Scan.SUM)
                throw new IllegalArgumentException("scan " + scan + ": got complex64, expected a real type");
            for (int part = 0; part < 2; part++)
                run(scan, part(x, part), reverse, inclusive, part(out, part));
            return;
        }
        int n = x.dim(-1);
        int axes = x.rank() - 1;
        boolean isFloat = out.dtype().isFloat();
        long sign = reverse ? -1 : 1;
        Workers.forRange(Strides.count(x, axes), Strides.grain(n), (from, to) -> {
            var scratch = Scratch.current();
            long strip = scratch.take(8 * STRIP);
            for (long r = from; r < to; r++) {
                long first = reverse ? n - 1 : 0;
                long xAt = Strides.address(x, axes, r) + first * x.stride(-1) * x.dtype().bytes();
                long yAt = Strides.address(out, axes, r) + first * out.stride(-1) * out.dtype().bytes();
                if (isFloat) doubles(scan, x, xAt, sign, inclusive, n, out, yAt, strip);
                else longs(scan, x, xAt, sign, inclusive, n, out, yAt, strip);
            }
            scratch.release(strip);
        });
    }

    /// The real (0) or imaginary (1) parts of a complex operand; a real one's imaginary parts are not asked for.
    private static Operand part(Operand x, int part) {
        long[] strides = x.strides().clone();
        for (int i = 0; i < strides.length; i++) strides[i] *= 2;
        return new Operand(Dtype.FLOAT32, x.shape(), strides, x.address() + 4 * part);
    }

    private static void doubles(Scan scan, Operand x, long xAt, long sign, boolean inclusive, int n, Operand out,
                                long yAt, long strip) {
        double carry = switch (scan) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX, LOGSUMEXP -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
        long xStep = sign * x.stride(-1);
        long yStep = sign * out.stride(-1);
        for (long done = 0; done < n; done += STRIP) {
            long length = Math.min(STRIP, n - done);
            Elements.toDoubles(x.dtype(), xAt + done * xStep * x.dtype().bytes(), xStep, length, strip);
            for (long i = 0; i < length; i++) {
                double v = Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, strip + 8 * i);
                double before = carry;
                carry = switch (scan) {
                    case SUM -> carry + v;
                    case PROD -> carry * v;
                    case MAX -> Math.max(carry, v);
                    case MIN -> Math.min(carry, v);
                    case LOGSUMEXP -> logAddExp(carry, v);
                };
                Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, strip + 8 * i, inclusive ? carry : before);
            }
            Elements.fromDoubles(strip, length, out.dtype(), yAt + done * yStep * out.dtype().bytes(), yStep);
        }
    }

    private static double logAddExp(double a, double b) {
        double max = Math.max(a, b);
        return Double.isInfinite(max) ? max : max + Math.log1p(Math.exp(Math.min(a, b) - max));
    }

    private static void longs(Scan scan, Operand x, long xAt, long sign, boolean inclusive, int n, Operand out,
                              long yAt, long strip) {
        var dtype = out.dtype();
        boolean unsigned = dtype == Dtype.UINT64;
        long carry = switch (scan) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX -> lowest(dtype);
            case MIN -> ~lowest(dtype) & (dtype.isUnsigned() || dtype.isBool() ? mask(dtype) : -1);
            case LOGSUMEXP -> throw new IllegalArgumentException(
                "scan LOGSUMEXP: got " + dtype + ", expected a floating-point type");
        };
        long xStep = sign * x.stride(-1);
        long yStep = sign * out.stride(-1);
        for (long done = 0; done < n; done += STRIP) {
            long length = Math.min(STRIP, n - done);
            Elements.toLongs(x.dtype(), xAt + done * xStep * x.dtype().bytes(), xStep, length, strip);
            for (long i = 0; i < length; i++) {
                long v = Ram.ALL.get(JAVA_LONG_UNALIGNED, strip + 8 * i);
                long before = carry;
                boolean less = unsigned ? Long.compareUnsigned(v, carry) < 0 : v < carry;
                carry = switch (scan) {
                    case SUM, LOGSUMEXP -> carry + v;
                    case PROD -> carry * v;
                    case MAX -> less ? carry : v;
                    case MIN -> less ? v : carry;
                };
                Ram.ALL.set(JAVA_LONG_UNALIGNED, strip + 8 * i, inclusive ? carry : before);
            }
            Elements.fromLongs(strip, length, dtype, yAt + done * yStep * dtype.bytes(), yStep);
        }
    }

    private static long lowest(Dtype dtype) {
        return dtype.kind() == Dtype.Kind.SIGNED ? -1L << 8 * dtype.bytes() - 1 : 0;
    }

    private static long mask(Dtype dtype) { return dtype.isBool() ? 1 : -1L >>> 64 - 8 * dtype.bytes(); }
}
