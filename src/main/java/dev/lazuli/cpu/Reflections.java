package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Householder's reflections `H = I - τ·v·vᵀ`, and `A = Q·R` by them.
final class Reflections {
    private Reflections() {}

    /// Makes of x the v, from place k on with v[k] = 1, whose reflection leaves of x only its first number, which is
    /// returned; τ goes to tau[k].
    static double vector(double[] x, int k, int n, double[] tau) {
        double scale = 0, rest = 0, first = x[k];
        for (int i = k; i < n; i++) scale = Math.max(scale, Math.abs(x[i]));
        for (int i = k + 1; i < n; i++) rest += x[i] / scale * (x[i] / scale);
        tau[k] = 0;
        x[k] = 1;
        if (scale == 0 || rest == 0) {
            for (int i = k + 1; i < n; i++) x[i] = 0; // what is squared to 0 counts as 0
            return first;
        }
        double f = first / scale;
        double norm = -Math.copySign(Math.sqrt(rest + f * f), f); // of x / scale: that of tiny numbers has few bits
        tau[k] = (norm - f) / norm;
        for (int i = k + 1; i < n; i++) x[i] = x[i] / scale / (f - norm);
        return scale * norm;
    }

    /// A = H·A in rows k to m and columns from `first` to `last`; `sum` is as long as a row.
    static void left(double[] v, double tau, double[][] a, int k, int m, int first, int last, double[] sum) {
        if (tau == 0 || last <= first) return;
        if (RowLoops.isSmall(2L * (m - k), last - first)) leftward(v, tau, a, k, m, first, last, sum);
        else Workers.forRange(last - first, RowLoops.grain(2L * (m - k)),
            (from, to) -> leftward(v, tau, a, k, m, first + (int) from, first + (int) to, sum));
    }

    private static void leftward(double[] v, double tau, double[][] a, int k, int m, int from, int to, double[] sum) {
        for (int j = from; j < to; j++) sum[j] = 0;
        RowLoops.eliminate(sum, v, a, k, m, from, to);
        for (int i = k; i < m; i++) RowLoops.add(a[i], tau * v[i], sum, from, to);
    }

    /// A = A·H in rows from `first` to m and columns k to n.
    static void right(double[] v, double tau, double[][] a, int first, int m, int k, int n) {
        if (tau == 0) return;
        if (RowLoops.isSmall(m - first, 2L * (n - k))) rightward(v, tau, a, first, m, k, n);
        else Workers.forRange(m - first, RowLoops.grain(2L * (n - k)),
            (from, to) -> rightward(v, tau, a, first + (int) from, first + (int) to, k, n));
    }

    private static void rightward(double[] v, double tau, double[][] a, int from, int to, int k, int n) {
        for (int i = from; i < to; i++) RowLoops.add(a[i], -tau * RowLoops.dot(a[i], v, k, n), v, k, n);
    }

    /// The first columns of the product of `count` reflections: row k of v is the vector of one, which begins at place
    /// k + shift.
    static void product(double[][] v, double[] tau, int count, int shift, double[][] q, int m, int columns,
                        double[] sum) {
        Workspace.identity(q, m, columns);
        for (int k = count - 1; k >= 0; k--)
            left(v[k], tau[k + shift], q, k + shift, m, Math.min(columns, k + shift), columns, sum);
    }

    static void qr(Operand x, Operand out) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        Workspace.forEach(x, 2L * m * n * k, space -> {
            var a = space.take(m, n);
            var v = space.take(k, m);
            var q = space.take(m, k);
            var tau = space.vector(k);
            var sum = space.vector(n);
            return index -> {
                Workspace.read(x, index, a, 0);
                for (int j = 0; j < k; j++) {
                    for (int i = j; i < m; i++) v[j][i] = a[i][j];
                    a[j][j] = vector(v[j], j, m, tau);
                    for (int i = j + 1; i < m; i++) a[i][j] = 0;
                    left(v[j], tau[j], a, j, m, j + 1, n, sum);
                }
                product(v, tau, k, 0, q, m, k, sum);
                long at = Workspace.place(out, index, out.dim(-1));
                at = Workspace.write(q, m, 0, k, out.dtype(), at);
                Workspace.write(a, k, 0, n, out.dtype(), at);
            };
        });
    }
}
