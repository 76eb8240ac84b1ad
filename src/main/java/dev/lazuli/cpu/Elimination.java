package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Gauss' elimination: `P·A = L·U` with partial pivoting, Cholesky's `A = L·Lᵀ`, and what is solved by triangles.
///
/// Some columns are factored at a time, a panel; what is right of it then changes once, row by row in parallel.
final class Elimination {
    /// Columns of a panel: its rows stay in the cache while the others pass by.
    private static final int PANEL = 32;

    private Elimination() {}

    static void lu(Operand x, Operand out) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        Workspace.forEach(x, (long) m * n * k, space -> {
            var a = space.take(m, n + 2);
            var pivots = space.vector(m);
            return index -> {
                Workspace.read(x, index, a, 0);
                for (int i = 0; i < m; i++) a[i][n] = pivots[i] = i;
                factor(a, m, n, n, pivots);
                for (int i = 0; i < m; i++) a[i][n + 1] = pivots[i];
                Workspace.write(a, m, 0, n + 2, out.dtype(), Workspace.place(out, index, (long) m * (n + 2)));
            };
        });
    }

    /// The solution: what stands right of the matrix takes part in its elimination.
    static void solve(Operand a, Operand b, Operand out) {
        int n = a.dim(-1), k = b.dim(-1);
        Workspace.forEach(b, (long) n * n * (n + k), space -> {
            var x = space.take(n, n + k);
            var pivots = space.vector(n);
            return index -> {
                Workspace.read(a, index, x, 0);
                Workspace.read(b, index, x, n);
                factor(x, n, n, n + k, pivots);
                for (int i = 0; i < n; i++)
                    if (x[i][i] == 0) throw new ArithmeticException("solve: " + which(out, index) + " is singular");
                up(x, x, n, n, n + k);
                Workspace.write(x, n, n, k, out.dtype(), Workspace.place(out, index, (long) n * k));
            };
        });
    }

    // Factors the first n columns, and eliminates in those up to `width` as well; rows are exchanged whole.
    private static void factor(double[][] a, int m, int n, int width, double[] pivots) {
        int k = Math.min(m, n);
        for (int from = 0; from < k; from += PANEL) {
            int first = from, to = Math.min(k, from + PANEL);
            for (int j = from; j < to; j++) column(a, j, m, to, pivots);
            for (int i = from + 1; i < to; i++) RowLoops.eliminate(a[i], a[i], a, from, i, to, width);
            if (RowLoops.isSmall(m - to, width - to)) eliminate(a, a, first, to, to, m, width);
            else Workers.forRange(m - to, RowLoops.grain(width - to),
                (begin, end) -> eliminate(a, a, first, to, to + (int) begin, to + (int) end, width));
        }
    }

    private static void eliminate(double[][] a, double[][] f, int first, int to, int begin, int end, int width) {
        for (int i = begin; i < end; i++) RowLoops.eliminate(a[i], f[i], a, first, to, to, width);
    }

    private static void column(double[][] a, int j, int m, int to, double[] pivots) {
        int best = j;
        for (int i = j + 1; i < m; i++) if (Math.abs(a[i][j]) > Math.abs(a[best][j])) best = i;
        pivots[j] = best;
        var row = a[best];
        a[best] = a[j];
        a[j] = row;
        if (row[j] == 0) return;
        for (int i = j + 1; i < m; i++) {
            a[i][j] /= row[j];
            RowLoops.add(a[i], -a[i][j], row, j + 1, to);
        }
    }

    static void triangular(Operand a, Operand b, boolean upper, Operand out) {
        int n = a.dim(-1), k = b.dim(-1);
        Workspace.forEach(b, (long) n * n * k, space -> {
            var t = space.take(n, n);
            var x = space.take(n, k);
            return index -> {
                Workspace.read(a, index, t, 0);
                Workspace.read(b, index, x, 0);
                if (upper) up(t, x, n, 0, k);
                else down(t, x, n, k);
                Workspace.write(x, n, 0, k, out.dtype(), Workspace.place(out, index, (long) n * k));
            };
        });
    }

    private static void down(double[][] l, double[][] x, int n, int k) {
        if (RowLoops.isSmall((long) n * n, k)) down(l, x, n, 0, k);
        else Workers.forRange(k, RowLoops.grain((long) n * n), (from, to) -> down(l, x, n, (int) from, (int) to));
    }

    private static void down(double[][] l, double[][] x, int n, int from, int to) {
        for (int i = 0; i < n; i++) {
            RowLoops.eliminate(x[i], l[i], x, 0, i, from, to);
            divide(x[i], l[i][i], from, to);
        }
    }

    // In the columns of x from `first` to `last`.
    private static void up(double[][] u, double[][] x, int n, int first, int last) {
        if (RowLoops.isSmall((long) n * n, last - first)) upward(u, x, n, first, last);
        else Workers.forRange(last - first, RowLoops.grain((long) n * n),
            (from, to) -> upward(u, x, n, first + (int) from, first + (int) to));
    }

    private static void upward(double[][] u, double[][] x, int n, int from, int to) {
        for (int i = n - 1; i >= 0; i--) {
            RowLoops.eliminate(x[i], u[i], x, i + 1, n, from, to);
            divide(x[i], u[i][i], from, to);
        }
    }

    private static void divide(double[] x, double by, int from, int to) { for (int j = from; j < to; j++) x[j] /= by; }

    static void cholesky(Operand x, Operand out) {
        int n = x.dim(-1);
        Workspace.forEach(x, (long) n * n * n / 2, space -> {
            var u = space.take(n, n);
            var l = space.take(n, n);
            return index -> {
                Workspace.readTransposed(x, index, u);
                Workspace.fill(l, n, n, 0);
                int failed = triangle(u, l, n);
                if (failed >= 0) throw new ArithmeticException("cholesky: " + which(out, index)
                    + " is not positive definite: " + u[failed][failed] + " at (" + failed + ", " + failed + ")");
                Workspace.write(l, n, 0, n, out.dtype(), Workspace.place(out, index, (long) n * n));
            };
        });
    }

    // Both U and L of A = UᵀU = L·Lᵀ: rows of U are eliminated, by factors that are rows of L. The place where that
    // fails, or -1.
    private static int triangle(double[][] u, double[][] l, int n) {
        for (int from = 0; from < n; from += PANEL) {
            int first = from, to = Math.min(n, from + PANEL);
            for (int k = from; k < to; k++) {
                double d = u[k][k];
                if (d <= 0) return k;
                divide(u[k], Math.sqrt(d), k, n);
                for (int i = k; i < n; i++) l[i][k] = u[k][i];
                for (int i = k + 1; i < to; i++) RowLoops.add(u[i], -l[i][k], u[k], i, n);
            }
            if (RowLoops.isSmall(n - to, n - to)) eliminate(u, l, first, to, to, n, n);
            else Workers.forRange(n - to, RowLoops.grain(n - to),
                (begin, end) -> eliminate(u, l, first, to, to + (int) begin, to + (int) end, n));
        }
        return -1;
    }

    private static String which(Operand out, long index) { return out.rank() == 2 ? "the matrix" : "matrix " + index; }
}
