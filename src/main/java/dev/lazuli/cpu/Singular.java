package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Svd.Vectors;

/// Singular values and vectors after Golub and Kahan: reflections from both sides leave two diagonals, implicit QR
/// of those one. Wide matrices are taken transposed.
final class Singular implements Workspace.Task {
    private static final double EPS = 0x1p-52;
    private static final double TINY = 0x1p-966;
    private static final int STEPS = 75;

    private final Operand x, out;
    private final boolean wide;
    private final int m, n, columns;
    private final double[][] a, lefts, rights, q, u, v; // u and v are kept as rows
    private final double[] s, e, tauLeft, tauRight, sum;
    private final Rotations left, right;

    private Singular(Workspace space, Operand x, Vectors vectors, Operand out) {
        this.x = x;
        this.out = out;
        wide = x.dim(-1) > x.dim(-2);
        m = Math.max(x.dim(-2), x.dim(-1));
        n = Math.min(x.dim(-2), x.dim(-1));
        columns = switch (vectors) {
            case NONE -> 0;
            case THIN -> n;
            case FULL -> m;
        };
        a = space.take(m, n);
        lefts = space.take(n, m);
        rights = space.take(n, n);
        q = space.take(m, columns);
        u = space.take(columns, m);
        v = space.take(n, n);
        s = space.vector(n);
        e = space.vector(n);
        tauLeft = space.vector(n);
        tauRight = space.vector(n);
        sum = space.vector(Math.max(n, columns));
        left = new Rotations(space, u, columns == 0 ? 0 : m);
        right = new Rotations(space, v, columns == 0 ? 0 : n);
    }

    static void svd(Operand x, Vectors vectors, Operand out) {
        long m = x.dim(-2), n = x.dim(-1);
        Workspace.forEach(x, 8 * m * n * Math.min(m, n), space -> new Singular(space, x, vectors, out));
    }

    @Override public void run(long index) {
        if (wide) Workspace.readTransposed(x, index, a);
        else Workspace.read(x, index, a, 0);
        double unit = RowLoops.unit(a, m, n);
        if (unit != unit) {
            java.util.Arrays.fill(s, 0, n, Double.NaN);
            Workspace.fill(u, columns, m, Double.NaN);
            Workspace.fill(v, n, n, Double.NaN);
        } else {
            for (int i = 0; i < m; i++) RowLoops.scale(a[i], unit, 0, n);
            bidiagonal();
            for (int p = n, step = 0; p > 0; ) {
                if (step++ > STEPS * n) throw new ArithmeticException("svd: no convergence");
                if (settled(p)) p--;
            }
            left.flush();
            right.flush();
            finish(1 / unit);
        }
        write(Workspace.place(out, index, out.dim(-1)));
    }

    private void write(long at) {
        var type = out.dtype();
        at = Workspace.write(s, 0, n, type, at);
        if (columns == 0) return;
        if (wide) {
            at = Workspace.writeTransposed(v, n, n, type, at);
            Workspace.write(u, columns, 0, m, type, at);
        } else {
            at = Workspace.writeTransposed(u, m, columns, type, at);
            Workspace.write(v, n, 0, n, type, at);
        }
    }

    // s on the diagonal, e above it, and the product of the reflections in u and v.
    private void bidiagonal() {
        for (int k = 0; k < n; k++) {
            for (int i = k; i < m; i++) lefts[k][i] = a[i][k];
            s[k] = Reflections.vector(lefts[k], k, m, tauLeft);
            Reflections.left(lefts[k], tauLeft[k], a, k, m, k + 1, n, sum);
            e[k] = 0;
            if (k + 1 == n) break;
            System.arraycopy(a[k], k + 1, rights[k], k + 1, n - k - 1);
            e[k] = Reflections.vector(rights[k], k + 1, n, tauRight);
            Reflections.right(rights[k], tauRight[k + 1], a, k + 1, m, k + 1, n);
        }
        if (columns == 0) return;
        Reflections.product(lefts, tauLeft, n, 0, q, m, columns, sum);
        Workspace.transpose(q, m, columns, u);
        Reflections.product(rights, tauRight, n - 1, 1, a, n, n, sum);
        Workspace.transpose(a, n, n, v);
    }

    // One step on the first p values; whether the last of them is found.
    private boolean settled(int p) {
        int k = p - 2;
        for (; k >= 0; k--)
            if (Math.abs(e[k]) <= TINY + EPS * (Math.abs(s[k]) + Math.abs(s[k + 1]))) {
                e[k] = 0;
                break;
            }
        if (k == p - 2) return true;
        int zero = p - 1;
        for (; zero > k; zero--) {
            double near = (zero != p - 1 ? Math.abs(e[zero]) : 0) + (zero != k + 1 ? Math.abs(e[zero - 1]) : 0);
            if (Math.abs(s[zero]) <= TINY + EPS * near) {
                s[zero] = 0;
                break;
            }
        }
        if (zero == k) step(k + 1, p);
        else if (zero == p - 1) deflate(k + 1, p);
        else split(zero + 1, p);
        return false;
    }

    // The last value is zero: what is above it is turned away, upwards.
    private void deflate(int k, int p) {
        double f = e[p - 2];
        e[p - 2] = 0;
        for (int j = p - 2; j >= k; j--) {
            double t = Math.hypot(s[j], f), c = t == 0 ? 1 : s[j] / t, d = t == 0 ? 0 : f / t;
            s[j] = t;
            if (j != k) {
                f = -d * e[j - 1];
                e[j - 1] *= c;
            }
            right.add(j, p - 1, c, d);
        }
    }

    // Value k - 1 is zero: what is beside it is turned away, downwards.
    private void split(int k, int p) {
        double f = e[k - 1];
        e[k - 1] = 0;
        for (int j = k; j < p; j++) {
            double t = Math.hypot(s[j], f), c = t == 0 ? 1 : s[j] / t, d = t == 0 ? 0 : f / t;
            s[j] = t;
            f = -d * e[j];
            e[j] *= c;
            left.add(j, k - 1, c, d);
        }
    }

    // A QR step with the shift that the last two rows give, from k to p.
    private void step(int k, int p) {
        double scale = Math.max(Math.max(Math.max(Math.abs(s[p - 1]), Math.abs(s[p - 2])), Math.abs(e[p - 2])),
            Math.max(Math.abs(s[k]), Math.abs(e[k])));
        double last = s[p - 1] / scale, before = s[p - 2] / scale, above = e[p - 2] / scale;
        double first = s[k] / scale, next = e[k] / scale;
        double b = ((before + last) * (before - last) + above * above) / 2;
        double c = last * above * (last * above);
        double shift = 0;
        if (b != 0 || c != 0) shift = c / (b + Math.copySign(Math.sqrt(b * b + c), b));
        double f = (first + last) * (first - last) + shift, g = first * next;
        for (int j = k; j < p - 1; j++) {
            double t = Math.hypot(f, g), cs = t == 0 ? 1 : f / t, sn = t == 0 ? 0 : g / t;
            if (j != k) e[j - 1] = t;
            f = cs * s[j] + sn * e[j];
            e[j] = cs * e[j] - sn * s[j];
            g = sn * s[j + 1];
            s[j + 1] *= cs;
            right.add(j, j + 1, cs, sn);
            t = Math.hypot(f, g);
            cs = t == 0 ? 1 : f / t;
            sn = t == 0 ? 0 : g / t;
            s[j] = t;
            f = cs * e[j] + sn * s[j + 1];
            s[j + 1] = cs * s[j + 1] - sn * e[j];
            g = sn * e[j + 1];
            e[j + 1] *= cs;
            left.add(j, j + 1, cs, sn);
        }
        e[p - 2] = f;
    }

    // Values positive and descending.
    private void finish(double unit) {
        for (int i = 0; i < n; i++) {
            if (s[i] < 0) RowLoops.scale(v[i], -1, 0, n);
            s[i] = Math.abs(s[i]) * unit;
        }
        for (int i = 0; i < n - 1; i++) {
            int most = i;
            for (int j = i + 1; j < n; j++) if (s[j] > s[most]) most = j;
            double value = s[i];
            s[i] = s[most];
            s[most] = value;
            swap(v, i, most);
            if (columns > 0) swap(u, i, most);
        }
    }

    private static void swap(double[][] rows, int i, int j) {
        var row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }
}
