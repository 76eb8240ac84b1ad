package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Schur's form of complex matrices, `A = Q·T·Qᴴ` with T an upper triangle: reflections leave one diagonal below the
/// triangle, QR steps none. It has the values of any square matrix, and for a Hermitian one the vectors too.
///
/// Real matrices take the same way: in `float64` their pairs of conjugate values are as near to each other as rounding.
final class Schur implements Workspace.Task {
    private static final double EPS = 0x1p-52;
    private static final int STEPS = 60;
    /// Columns of Q at a time, which stay in the cache while all rotations of a step pass.
    private static final int STRIP = 64;

    private final Operand x, out;
    private final boolean vectors, hermitian;
    private final int n;
    private final double[][] re, im, qRe, qIm, yRe, yIm; // T; Q and vectors with columns as rows
    private final double[] vRe, vIm, sumRe, sumIm; // of a reflection
    private final double[] cos, sin, phaseRe, phaseIm; // of a step's rotations
    private double shiftRe, shiftIm;

    private Schur(Workspace space, Operand x, boolean vectors, boolean hermitian, Operand out) {
        this.x = x;
        this.out = out;
        this.vectors = vectors;
        this.hermitian = hermitian;
        n = x.dim(-1);
        re = space.take(n, n);
        im = space.take(n, n);
        qRe = space.take(n, n);
        qIm = space.take(n, n);
        yRe = space.take(n, n);
        yIm = space.take(n, n);
        vRe = space.vector(n);
        vIm = space.vector(n);
        sumRe = space.vector(n);
        sumIm = space.vector(n);
        cos = space.vector(n);
        sin = space.vector(n);
        phaseRe = space.vector(n);
        phaseIm = space.vector(n);
    }

    static void eig(Operand x, boolean vectors, boolean hermitian, Operand out) {
        long n = x.dim(-1);
        Workspace.forEach(x, 60 * n * n * n, space -> new Schur(space, x, vectors, hermitian, out));
    }

    @Override public void run(long index) {
        read(index);
        Workspace.identity(qRe, n, n);
        Workspace.fill(qIm, n, n, 0);
        double unit = Math.min(RowLoops.unit(re, n, n), RowLoops.unit(im, n, n));
        for (int i = 0; i < n; i++) {
            RowLoops.scale(re[i], unit, 0, n);
            RowLoops.scale(im[i], unit, 0, n);
        }
        if (unit != unit) Workspace.fill(qRe, n, n, Double.NaN);
        else {
            for (int k = 0; k < n - 2; k++) reflect(k);
            iterate();
        }
        if (hermitian) sort();
        else if (vectors) vectors();
        if (!hermitian && !x.dtype().isComplex()) realise();
        write(index, 1 / unit);
    }

    private void read(long index) {
        boolean complex = x.dtype().isComplex();
        long at = Strides.address(x, x.rank() - 2, index);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < (hermitian ? i + 1 : n); j++) {
                long from = at + (i * x.stride(-2) + j * x.stride(-1)) * x.dtype().bytes();
                re[i][j] = Elements.getDouble(complex ? Dtype.FLOAT32 : x.dtype(), from);
                im[i][j] = complex ? Ram.ALL.get(JAVA_FLOAT_UNALIGNED, from + 4) : 0;
                if (!hermitian) continue;
                if (i == j) im[i][j] = 0;
                re[j][i] = re[i][j];
                im[j][i] = -im[i][j];
            }
    }

    private void iterate() {
        int steps = 0;
        for (int last = n - 1; last > 0; ) {
            int first = last;
            while (first > 0 && !negligible(first)) first--;
            if (first == last) {
                last--;
                steps = 0;
            } else if (steps++ == STEPS) throw new ArithmeticException("eig: no convergence");
            else step(first, last, steps % 10 == 0);
        }
    }

    private boolean negligible(int i) {
        double near = size(i, i) + size(i - 1, i - 1);
        if (size(i, i - 1) > EPS * (near == 0 ? 1 : near)) return false;
        re[i][i - 1] = im[i][i - 1] = 0;
        return true;
    }

    private double size(int i, int j) { return Math.abs(re[i][j]) + Math.abs(im[i][j]); }

    // I - τ·v·vᴴ from both sides, so that column k ends below the diagonal.
    private void reflect(int k) {
        double scale = 0, rest = 0, square = 0;
        for (int i = k + 1; i < n; i++) scale = Math.max(scale, size(i, k));
        for (int i = k + 2; i < n; i++) rest = Math.max(rest, size(i, k));
        if (rest == 0) return;
        for (int i = k + 1; i < n; i++) { // divided, for rounding leaves few bits of what is tiny
            vRe[i] = re[i][k] / scale;
            vIm[i] = im[i][k] / scale;
            square += vRe[i] * vRe[i] + vIm[i] * vIm[i];
        }
        double norm = Math.sqrt(square), first = Math.hypot(vRe[k + 1], vIm[k + 1]);
        double uRe = first == 0 ? 1 : vRe[k + 1] / first, uIm = first == 0 ? 0 : vIm[k + 1] / first;
        vRe[k + 1] += uRe * norm;
        vIm[k + 1] += uIm * norm;
        double tau = 1 / (norm * (norm + first));
        fromLeft(k + 1, k, tau);
        fromRight(re, im, k + 1, tau);
        re[k + 1][k] = -uRe * norm * scale;
        im[k + 1][k] = -uIm * norm * scale;
        for (int i = k + 2; i < n; i++) re[i][k] = im[i][k] = 0;
        if (vectors) conjugateFromLeft(k + 1, tau);
    }

    private void fromLeft(int k, int column, double tau) {
        java.util.Arrays.fill(sumRe, 0, n, 0);
        java.util.Arrays.fill(sumIm, 0, n, 0);
        for (int i = k; i < n; i++) add(sumRe, sumIm, vRe[i], -vIm[i], re[i], im[i], column, n);
        for (int i = k; i < n; i++) add(re[i], im[i], -tau * vRe[i], -tau * vIm[i], sumRe, sumIm, column, n);
    }

    // Qᵀ = Hᵀ·Qᵀ
    private void conjugateFromLeft(int k, double tau) {
        java.util.Arrays.fill(sumRe, 0, n, 0);
        java.util.Arrays.fill(sumIm, 0, n, 0);
        for (int i = k; i < n; i++) add(sumRe, sumIm, vRe[i], vIm[i], qRe[i], qIm[i], 0, n);
        for (int i = k; i < n; i++) add(qRe[i], qIm[i], -tau * vRe[i], tau * vIm[i], sumRe, sumIm, 0, n);
    }

    private void fromRight(double[][] aRe, double[][] aIm, int k, double tau) {
        for (int i = 0; i < n; i++) {
            double[] r = aRe[i], m = aIm[i];
            double dRe = 0, dIm = 0;
            for (int j = k; j < n; j++) {
                dRe += r[j] * vRe[j] - m[j] * vIm[j];
                dIm += r[j] * vIm[j] + m[j] * vRe[j];
            }
            dRe *= -tau;
            dIm *= -tau;
            for (int j = k; j < n; j++) {
                r[j] += dRe * vRe[j] + dIm * vIm[j];
                m[j] += dIm * vRe[j] - dRe * vIm[j];
            }
        }
    }

    // y += f·x
    private static void add(double[] yRe, double[] yIm, double fRe, double fIm, double[] xRe, double[] xIm, int from,
                            int to) {
        for (int j = from; j < to; j++) {
            yRe[j] += fRe * xRe[j] - fIm * xIm[j];
            yIm[j] += fRe * xIm[j] + fIm * xRe[j];
        }
    }

    // A QR step with a shift on rows and columns from `first` to `last`: real rotations, each after a row was given the
    // phase of the one above, for C2 vectorises small loops only.
    private void step(int first, int last, boolean exceptional) {
        shiftRe = re[last][last];
        shiftIm = im[last][last];
        if (exceptional) shiftRe += size(last, last - 1);
        else shift(last);
        for (int i = first; i <= last; i++) {
            re[i][i] -= shiftRe;
            im[i][i] -= shiftIm;
        }
        for (int k = first; k < last; k++) {
            double above = Math.hypot(re[k][k], im[k][k]), below = Math.hypot(re[k + 1][k], im[k + 1][k]);
            double r = Math.hypot(above, below), both = above * below;
            cos[k] = r == 0 ? 1 : above / r;
            sin[k] = r == 0 ? 0 : below / r;
            phaseRe[k] = both == 0 ? 1 : (re[k][k] * re[k + 1][k] + im[k][k] * im[k + 1][k]) / both;
            phaseIm[k] = both == 0 ? 0 : (im[k][k] * re[k + 1][k] - re[k][k] * im[k + 1][k]) / both;
            rotate(re, im, k, phaseIm[k], k, last + 1);
            re[k + 1][k] = im[k + 1][k] = 0;
        }
        follow(first, last);
        for (int i = first; i <= last; i++) {
            re[i][i] += shiftRe;
            im[i][i] += shiftIm;
        }
    }

    // What waits for the rotations, and not they for it: T right of their rows, their columns, and Q.
    private void follow(int first, int last) {
        int count = last - first, beyond = n - last - 1;
        if (RowLoops.isSmall(count, beyond)) rows(first, last, last + 1, n);
        else Workers.forRange(beyond, RowLoops.grain(8L * count),
            (from, to) -> rows(first, last, last + 1 + (int) from, last + 1 + (int) to));
        if (RowLoops.isSmall(count, last)) columns(first, last, 0, last + 1);
        else Workers.forRange(last + 1, RowLoops.grain(8L * count),
            (from, to) -> columns(first, last, (int) from, (int) to));
        if (!vectors) return;
        if (RowLoops.isSmall(count, n)) basis(first, last, 0, n);
        else Workers.forRange(Math.ceilDiv(n, STRIP), RowLoops.grain((long) STRIP * count), (from, to) -> {
            for (int s = (int) from; s < to; s++) basis(first, last, s * STRIP, Math.min(n, (s + 1) * STRIP));
        });
    }

    private void rows(int first, int last, int from, int to) {
        for (int k = first; k < last; k++) rotate(re, im, k, phaseIm[k], from, to);
    }

    private void basis(int first, int last, int from, int to) {
        for (int k = first; k < last; k++) rotate(qRe, qIm, k, -phaseIm[k], from, to);
    }

    private void rotate(double[][] aRe, double[][] aIm, int k, double imaginary, int from, int to) {
        double[] x = aRe[k + 1], y = aIm[k + 1];
        double c = phaseRe[k];
        if (c != 1 || imaginary != 0)
            for (int j = from; j < to; j++) {
                double a = x[j], b = y[j];
                x[j] = c * a - imaginary * b;
                y[j] = c * b + imaginary * a;
            }
        Rotations.turn(aRe[k], x, cos[k], sin[k], from, to);
        Rotations.turn(aIm[k], y, cos[k], sin[k], from, to);
    }

    private void columns(int first, int last, int from, int to) {
        for (int i = from; i < to; i++) {
            double[] x = re[i], y = im[i];
            for (int k = Math.max(first, i - 1); k < last; k++) {
                double a = x[k], b = y[k], c = phaseRe[k] * x[k + 1] + phaseIm[k] * y[k + 1];
                double d = phaseRe[k] * y[k + 1] - phaseIm[k] * x[k + 1];
                x[k] = cos[k] * a + sin[k] * c;
                y[k] = cos[k] * b + sin[k] * d;
                x[k + 1] = cos[k] * c - sin[k] * a;
                y[k + 1] = cos[k] * d - sin[k] * b;
            }
        }
    }

    // Wilkinson's: of the two values of the last two rows the one nearer to the last element.
    private void shift(int i) {
        double hRe = (re[i - 1][i - 1] - re[i][i]) / 2, hIm = (im[i - 1][i - 1] - im[i][i]) / 2;
        double bcRe = re[i - 1][i] * re[i][i - 1] - im[i - 1][i] * im[i][i - 1];
        double bcIm = re[i - 1][i] * im[i][i - 1] + im[i - 1][i] * re[i][i - 1];
        double dRe = hRe * hRe - hIm * hIm + bcRe, dIm = 2 * hRe * hIm + bcIm;
        double size = Math.hypot(dRe, dIm);
        double rootRe = Math.sqrt((size + Math.abs(dRe)) / 2), rootIm = rootRe == 0 ? 0 : dIm / (2 * rootRe);
        if (dRe < 0) {
            double swapped = Math.abs(rootIm);
            rootIm = Math.copySign(rootRe, dIm);
            rootRe = swapped;
        }
        if (hRe * rootRe + hIm * rootIm < 0) {
            rootRe = -rootRe;
            rootIm = -rootIm;
        }
        double sumRe = hRe + rootRe, sumIm = hIm + rootIm, square = sumRe * sumRe + sumIm * sumIm;
        if (square == 0) return;
        shiftRe -= (bcRe * sumRe + bcIm * sumIm) / square;
        shiftIm -= (bcIm * sumRe - bcRe * sumIm) / square;
    }

    // The vectors of T by substitution, turned back by Q, as rows of y: of length 1, the largest number real.
    private void vectors() {
        double[] fRe = vRe, fIm = vIm;
        Workspace.fill(yRe, n, n, 0);
        Workspace.fill(yIm, n, n, 0);
        for (int k = 0; k < n; k++) {
            fRe[k] = 1;
            fIm[k] = 0;
            for (int i = k - 1; i >= 0; i--) substitute(fRe, fIm, i, k);
            for (int i = 0; i <= k; i++) add(yRe[k], yIm[k], fRe[i], fIm[i], qRe[i], qIm[i], 0, n);
            normalise(yRe[k], yIm[k]);
        }
    }

    private void substitute(double[] fRe, double[] fIm, int i, int k) {
        double sumRe = 0, sumIm = 0;
        for (int j = i + 1; j <= k; j++) {
            sumRe += re[i][j] * fRe[j] - im[i][j] * fIm[j];
            sumIm += re[i][j] * fIm[j] + im[i][j] * fRe[j];
        }
        double gapRe = re[k][k] - re[i][i], gapIm = im[k][k] - im[i][i];
        if (Math.abs(gapRe) + Math.abs(gapIm) < EPS) { // elements of T are near 1: equal values
            gapRe = EPS;
            gapIm = 0;
        }
        double square = gapRe * gapRe + gapIm * gapIm;
        fRe[i] = (sumRe * gapRe + sumIm * gapIm) / square;
        fIm[i] = (sumIm * gapRe - sumRe * gapIm) / square;
        double size = Math.abs(fRe[i]) + Math.abs(fIm[i]);
        if (size > 0x1p500) // many nearly equal values: only the direction counts
            for (int j = i; j <= k; j++) {
                fRe[j] /= size;
                fIm[j] /= size;
            }
    }

    private void normalise(double[] x, double[] y) {
        int most = 0;
        double length = 0;
        for (int j = 0; j < n; j++) {
            if (Math.hypot(x[j], y[j]) > 1.0001 * Math.hypot(x[most], y[most])) most = j;
            length = Math.hypot(length, Math.hypot(x[j], y[j]));
        }
        double size = Math.hypot(x[most], y[most]), c = x[most] / size / length, s = -y[most] / size / length;
        for (int j = 0; j < n; j++) {
            double a = x[j];
            x[j] = c * a - s * y[j];
            y[j] = c * y[j] + s * a;
        }
    }

    // Of a real matrix, values that are real but for rounding are.
    private void realise() {
        for (int i = 0; i < n; i++) if (Math.abs(im[i][i]) <= 4 * n * EPS) im[i][i] = 0;
    }

    private void sort() {
        for (int i = 0; i < n - 1; i++) {
            int least = i;
            for (int j = i + 1; j < n; j++) if (re[j][j] < re[least][least]) least = j;
            double value = re[i][i];
            re[i][i] = re[least][least];
            re[least][least] = value;
            swap(qRe, i, least);
            swap(qIm, i, least);
        }
        for (int i = 0; i < n; i++) im[i][i] = 0;
    }

    private static void swap(double[][] rows, int i, int j) {
        var row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }

    // The diagonal, and the rows as columns.
    private void write(long index, double unit) {
        long at = Workspace.place(out, index, out.dim(-1));
        for (int i = 0; i < n; i++, at += 8) pair(at, re[i][i] * unit, im[i][i] * unit);
        if (!vectors) return;
        var xRe = hermitian ? qRe : yRe;
        var xIm = hermitian ? qIm : yIm;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++, at += 8) pair(at, xRe[j][i], xIm[j][i]);
    }

    static void pair(long at, double re, double im) {
        Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at, (float) re);
        Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at + 4, (float) im);
    }
}
