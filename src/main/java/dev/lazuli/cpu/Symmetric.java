package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Values and vectors of symmetric matrices: reflections leave three diagonals, implicit QL of those one.
final class Symmetric implements Workspace.Task {
    /// LAPACK's bound of steps for one value; they need about two.
    private static final int STEPS = 30;

    private final Operand x, out;
    private final int n;
    private final boolean vectors;
    private final double[][] a, v, q, z; // z: vectors as rows
    private final double[] d, e, tau, w;
    private final Rotations turns;

    private Symmetric(Workspace space, Operand x, boolean vectors, Operand out) {
        this.x = x;
        this.out = out;
        this.vectors = vectors;
        n = x.dim(-1);
        a = space.take(n, n);
        v = space.take(n, n);
        q = space.take(n, n);
        z = space.take(n, n);
        d = space.vector(n);
        e = space.vector(n);
        tau = space.vector(n);
        w = space.vector(n);
        turns = new Rotations(space, z, vectors ? n : 0);
    }

    static void eigh(Operand x, boolean vectors, Operand out) {
        long n = x.dim(-1);
        Workspace.forEach(x, 4 * n * n * n, space -> new Symmetric(space, x, vectors, out));
    }

    @Override public void run(long index) {
        Workspace.read(x, index, a, 0);
        for (int i = 0; i < n; i++) for (int j = 0; j < i; j++) a[j][i] = a[i][j];
        double unit = RowLoops.unit(a, n, n);
        if (unit != unit) {
            java.util.Arrays.fill(d, 0, n, Double.NaN);
            Workspace.fill(z, n, n, Double.NaN);
        } else {
            for (int i = 0; i < n; i++) RowLoops.scale(a[i], unit, 0, n);
            tridiagonal();
            if (vectors) {
                Reflections.product(v, tau, n - 2, 1, q, n, n, w);
                Workspace.transpose(q, n, n, z);
            }
            ql();
            sort();
            RowLoops.scale(d, 1 / unit, 0, n);
        }
        long at = Workspace.write(d, 0, n, out.dtype(), Workspace.place(out, index, out.dim(-1)));
        if (vectors) Workspace.writeTransposed(z, n, n, out.dtype(), at);
    }

    // A = A - v·wᵀ - w·vᵀ for each column, where w = p - (τ/2·pᵀ·v)·v and p = τ·A·v.
    private void tridiagonal() {
        for (int k = 0; k < n - 2; k++) {
            int from = k + 1;
            for (int i = from; i < n; i++) v[k][i] = a[i][k];
            e[k] = Reflections.vector(v[k], from, n, tau);
            if (tau[from] != 0) reflect(v[k], from, tau[from]);
        }
        for (int i = 0; i < n; i++) d[i] = a[i][i];
        if (n > 1) e[n - 2] = a[n - 1][n - 2];
        if (n > 0) e[n - 1] = 0;
    }

    private void reflect(double[] x, int from, double t) {
        boolean small = RowLoops.isSmall(n - from, n - from);
        if (small) products(x, from, t, from, n);
        else Workers.forRange(n - from, RowLoops.grain(n - from),
            (begin, end) -> products(x, from, t, from + (int) begin, from + (int) end));
        RowLoops.add(w, -t / 2 * RowLoops.dot(w, x, from, n), x, from, n);
        if (small) change(x, from, from, n);
        else Workers.forRange(n - from, RowLoops.grain(n - from),
            (begin, end) -> change(x, from, from + (int) begin, from + (int) end));
    }

    private void products(double[] x, int from, double t, int begin, int end) {
        for (int i = begin; i < end; i++) w[i] = t * RowLoops.dot(a[i], x, from, n);
    }

    private void change(double[] x, int from, int begin, int end) {
        for (int i = begin; i < end; i++) rankTwo(a[i], x[i], w, w[i], x, from, n);
    }

    private static void rankTwo(double[] y, double a, double[] p, double b, double[] q, int from, int to) {
        for (int j = from; j < to; j++) y[j] -= a * p[j] + b * q[j];
    }

    private void ql() {
        for (int l = 0; l < n; l++)
            for (int step = 0; ; step++) {
                int m = l;
                while (m < n - 1 && Math.abs(e[m]) > 0x1p-53 * (Math.abs(d[m]) + Math.abs(d[m + 1])) + 0x1p-1000) m++;
                if (m == l) break;
                if (step == STEPS * n) throw new ArithmeticException("eigh: no convergence");
                sweep(l, m);
            }
        turns.flush();
    }

    private void sweep(int l, int m) {
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        g = d[m] - d[l] + e[l] / (g + Math.copySign(Math.hypot(g, 1), g));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--) {
            double f = s * e[i], b = c * e[i], r = Math.hypot(f, g);
            e[i + 1] = r;
            if (r == 0) {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            turns.add(i, i + 1, c, -s);
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    // Ascending, by exchange of rows.
    private void sort() {
        for (int i = 0; i < n - 1; i++) {
            int least = i;
            for (int j = i + 1; j < n; j++) if (d[j] < d[least]) least = j;
            double value = d[i];
            d[i] = d[least];
            d[least] = value;
            var row = z[i];
            z[i] = z[least];
            z[least] = row;
        }
    }
}
