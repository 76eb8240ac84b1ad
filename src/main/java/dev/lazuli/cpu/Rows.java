package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// Softmax, logsumexp and the norms over the last axis, rows in parallel.
///
/// A row is read from memory once: it stays in cache for the passes that follow. Dense `float32` rows are worked on
/// where they lie; any other type or stride passes through a `float32` copy of the row. `float64` is computed in
/// `float64`. A row longer than a core's cache is cut into pieces for all threads.
public final class Rows {
    private static final long SAMPLE = 64;
    /// Far below what a float holds, so that no part of the sum has been rounded to infinity.
    private static final float OVERFLOW = 1e30f;

    private final RowKernels kernels;
    private final WideRows wide;

    public Rows(Provider provider) {
        kernels = provider.rows();
        wide = new WideRows(kernels);
    }

    /// @param next where the row after x lies, 0 if nowhere as dense floats
    private interface Body { void run(long x, long y, long row, long next); }

    /// out = exp(x) / sum(exp(x)) along the last axis; a row without a finite largest element is NaN.
    public void softmax(Operand x, Operand out) {
        if (x.dtype() == Dtype.FLOAT64) {
            DoubleRows.softmax(x, out);
            return;
        }
        long n = x.dim(-1);
        forRows(x, out, (row, y, r, next) -> {
            if (n > WideRows.PIECE) wide.softmax(row, n, y);
            else softmax(row, n, y);
        });
    }

    /// Shifts by the maximum of the row's beginning: it will do unless the sum overflows, and then the row is read
    /// while it is exponentiated, not before. A second try takes the maximum of all.
    private void softmax(long row, long n, long y) {
        boolean guess = n > 4 * SAMPLE && y != row;
        float sum = kernels.exp(row, n, kernels.max(row, guess ? SAMPLE : n), y);
        if (guess && !(sum < OVERFLOW)) sum = kernels.exp(row, n, kernels.max(row, n), y);
        kernels.scale(y, n, 1 / sum, y);
    }

    /// out = log(sum(exp(x))) along the last axis, which `out` lacks or keeps with length 1.
    public void logsumexp(Operand x, Operand out) {
        if (x.dtype() == Dtype.FLOAT64) {
            DoubleRows.logsumexp(x, out);
            return;
        }
        long n = x.dim(-1);
        forRows(x, null, (row, y, r, next) ->
            Elements.putDouble(out.dtype(), out.address() + r * out.dtype().bytes(), wide.logsumexp(row, n)));
    }

    /// out = x / sqrt(mean(x²) + eps) * weight along the last axis.
    ///
    /// @param weight one value a feature, of any float type, or null for ones
    public void rmsNorm(Operand x, @Nullable Operand weight, float eps, Operand out) {
        if (x.dtype() == Dtype.FLOAT64) {
            DoubleRows.norm(x, false, weight, null, eps, out);
            return;
        }
        norm(x, false, weight, null, eps, out);
    }

    /// out = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias along the last axis.
    ///
    /// @param weight one value a feature, of any float type, or null for ones
    /// @param bias one value a feature, of any float type, or null for zeros
    public void layerNorm(Operand x, @Nullable Operand weight, @Nullable Operand bias, float eps, Operand out) {
        if (x.dtype() == Dtype.FLOAT64) {
            DoubleRows.norm(x, true, weight, bias, eps, out);
            return;
        }
        norm(x, true, weight, bias, eps, out);
    }

    private void norm(Operand x, boolean centred, @Nullable Operand weight, @Nullable Operand bias, float eps,
                      Operand out) {
        long n = x.dim(-1);
        var scratch = Scratch.current();
        long mark = scratch.take(0);
        try {
            long w = vector(weight, scratch);
            long b = vector(bias, scratch);
            forRows(x, out, (row, y, r, next) -> {
                if (n > WideRows.PIECE) {
                    wide.norm(row, n, centred, w, b, eps, y);
                    return;
                }
                int length = (int) n;
                float mean = centred ? kernels.sum(row, length) / n : 0;
                double variance = kernels.squares(row, length, mean) / (double) n;
                kernels.normalize(row, length, mean, (float) (1 / Math.sqrt(variance + eps)), w, b, y, next);
            });
        } finally {
            scratch.release(mark);
        }
    }

    /// The address of dense `float32` values of a weight or bias, 0 if there is none.
    private long vector(@Nullable Operand v, Scratch scratch) {
        if (v == null) return 0;
        if (isDense(v)) return v.address();
        long n = v.dim(-1);
        long copy = scratch.take(4 * n);
        load(v, v.address(), n, copy);
        return copy;
    }

    private static boolean isDense(Operand x) {
        return x.dtype() == Dtype.FLOAT32 && x.isContiguous(1);
    }

    private void load(Operand x, long row, long n, long y) {
        if (x.isContiguous(1) && x.dtype().isFloat() && x.dtype().bytes() <= 4) kernels.load(x.dtype(), row, n, y);
        else Elements.toFloats(x.dtype(), row, x.stride(-1), n, y);
    }

    /// Calls `body` with each row as dense floats and with where the result goes; without `out` it stores by itself.
    private void forRows(Operand x, @Nullable Operand out, Body body) {
        long n = x.dim(-1);
        int axes = x.rank() - 1;
        boolean denseIn = isDense(x);
        boolean denseOut = out == null || out.dtype() == Dtype.FLOAT32;
        Workers.forRange(Strides.count(x, axes), Strides.grain(n), (from, to) -> {
            var scratch = Scratch.current();
            long copy = scratch.take(denseIn && denseOut ? 0 : 4 * n);
            try {
                for (long r = from; r < to; r++) {
                    long row = Strides.address(x, axes, r);
                    long next = denseIn && r + 1 < to ? Strides.address(x, axes, r + 1) : 0;
                    if (!denseIn) {
                        load(x, row, n, copy);
                        row = copy;
                    }
                    if (out == null) {
                        body.run(row, 0, r, next);
                    } else if (denseOut) {
                        body.run(row, out.address() + r * n * 4, r, next);
                    } else {
                        body.run(row, copy, r, next);
                        kernels.store(copy, n, out.dtype(), out.address() + r * n * out.dtype().bytes());
                    }
                }
            } finally {
                scratch.release(copy);
            }
        });
    }

    /// What logsumexp is when the largest element is infinite: that, unless there is a NaN.
    static double infinite(Dtype dtype, long row, long n, double max) {
        for (long i = 0; i < n; i++)
            if (Double.isNaN(Elements.getDouble(dtype, row + i * dtype.bytes()))) return Double.NaN;
        return max;
    }
}
