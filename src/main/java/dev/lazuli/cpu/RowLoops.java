package dev.lazuli.cpu;

/// Loops over rows, of which factorisations are made.
final class RowLoops {
    /// Steps below which a loop is not worth a second thread, nor the object that says what it does.
    private static final long SMALL = 1 << 15;

    private RowLoops() {}

    static boolean isSmall(long rows, long columns) { return rows * columns < SMALL; }

    /// Lines of so many steps that make a chunk of work worth a thread.
    static long grain(long steps) { return Math.max(1, SMALL / 2 / Math.max(1, steps)); }

    /// y -= Σ f[p]·x[p] for p from `first` to `last`, in the columns from `from` to `to`.
    static void eliminate(double[] y, double[] f, double[][] x, int first, int last, int from, int to) {
        int p = first;
        for (; p + 3 < last; p += 4) // four at a time: y is read and written once for them
            four(y, f[p], x[p], f[p + 1], x[p + 1], f[p + 2], x[p + 2], f[p + 3], x[p + 3], from, to);
        for (; p < last; p++) add(y, -f[p], x[p], from, to);
    }

    private static void four(double[] y, double a, double[] p, double b, double[] q, double c, double[] r, double d,
                             double[] s, int from, int to) {
        for (int j = from; j < to; j++) y[j] = y[j] - a * p[j] - b * q[j] - c * r[j] - d * s[j];
    }

    /// y += f·x
    static void add(double[] y, double f, double[] x, int from, int to) {
        if (f != 0) for (int j = from; j < to; j++) y[j] += f * x[j];
    }

    static double dot(double[] x, double[] y, int from, int to) {
        double a = 0, b = 0, c = 0, d = 0; // sums that do not wait for each other
        int j = from;
        for (; j + 3 < to; j += 4) {
            a += x[j] * y[j];
            b += x[j + 1] * y[j + 1];
            c += x[j + 2] * y[j + 2];
            d += x[j + 3] * y[j + 3];
        }
        for (; j < to; j++) a += x[j] * y[j];
        return a + b + (c + d);
    }

    static void scale(double[] x, double f, int from, int to) { for (int j = from; j < to; j++) x[j] *= f; }

    /// The power of two that brings the largest element near 1, or NaN if one is not finite.
    static double unit(double[][] x, int m, int n) {
        double most = 0;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) {
                if (!Double.isFinite(x[i][j])) return Double.NaN;
                most = Math.max(most, Math.abs(x[i][j]));
            }
        return Math.scalb(1.0, -Math.clamp(Math.getExponent(most), -1000, 1000));
    }
}
