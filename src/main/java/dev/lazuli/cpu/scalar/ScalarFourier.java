package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.FourierKernel;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Transforms in plain Java, 8 complex numbers (a line of cache) side by side.
final class ScalarFourier implements FourierKernel {
    private static final int LANES = 8;
    private static final int PART = 4 * LANES;
    private static final long NUMBER = 2 * PART;

    private static float get(long at) { return ALL.get(JAVA_FLOAT_UNALIGNED, at); }

    private static void set(long at, float value) { ALL.set(JAVA_FLOAT_UNALIGNED, at, value); }

    @Override public int lanes() { return LANES; }

    @Override public int[] radices() { return new int[] {4, 2}; }

    @Override public void pass(int radix, long x, long y, long roots, long w, int m, int s, boolean swapped,
                               int count) {
        int im = swapped ? -PART : PART;
        long re = swapped ? PART : 0, apart = NUMBER * m * s, next = NUMBER * s;
        for (int p = 0; p < m; p++)
            for (int q = 0; q < s; q++) {
                long from = x + re + NUMBER * (q + (long) s * p);
                long to = y + re + NUMBER * (q + (long) s * radix * p);
                long twiddles = w + 12L * (radix - 1) * p;
                for (int l = 0; l < count; l++)
                    switch (radix) {
                        case 2 -> two(from + 4 * l, apart, im, to + 4 * l, next, twiddles);
                        case 4 -> four(from + 4 * l, apart, im, to + 4 * l, next, twiddles);
                        default -> odd(radix, roots, from + 4 * l, apart, im, to + 4 * l, next, twiddles);
                    }
            }
    }

    private static void put(long to, int im, float re, float i, long w) {
        float c = get(w), s = get(w + 4);
        set(to, re * c - i * s);
        set(to + im, re * s + i * c);
    }

    private static void two(long x, long apart, int im, long y, long next, long w) {
        float ar = get(x), ai = get(x + im), br = get(x + apart), bi = get(x + apart + im);
        set(y, ar + br);
        set(y + im, ai + bi);
        put(y + next, im, ar - br, ai - bi, w);
    }

    private static void four(long x, long apart, int im, long y, long next, long w) {
        float ar = get(x), ai = get(x + im), br = get(x + apart), bi = get(x + apart + im);
        float cr = get(x + 2 * apart), ci = get(x + 2 * apart + im);
        float dr = get(x + 3 * apart), di = get(x + 3 * apart + im);
        float sr = ar + cr, si = ai + ci, tr = ar - cr, ti = ai - ci;
        float ur = br + dr, ui = bi + di, vr = br - dr, vi = bi - di;
        set(y, sr + ur);
        set(y + im, si + ui);
        put(y + next, im, tr + vi, ti - vr, w);
        put(y + 2 * next, im, sr - ur, si - ui, w + 12);
        put(y + 3 * next, im, tr - vi, ti + vr, w + 24);
    }

    /// Numbers j and n - j meet as sum and difference, which take their places in x.
    private static void odd(int n, long roots, long x, long apart, int im, long y, long next, long w) {
        float zr = get(x), zi = get(x + im), totalR = zr, totalI = zi;
        for (int j = 1; 2 * j < n; j++) {
            long a = x + j * apart, b = x + (n - j) * apart;
            float ar = get(a), ai = get(a + im), br = get(b), bi = get(b + im);
            set(a, ar + br);
            set(a + im, ai + bi);
            set(b, ar - br);
            set(b + im, ai - bi);
            totalR += ar + br;
            totalI += ai + bi;
        }
        set(y, totalR);
        set(y + im, totalI);
        for (int k = 1; 2 * k < n; k++) {
            float er = zr, ei = zi, or = 0, oi = 0;
            for (int j = 1, t = k; 2 * j < n; j++, t = t + k < n ? t + k : t + k - n) {
                long a = x + j * apart, b = x + (n - j) * apart;
                float cos = get(roots + 8L * t), sin = get(roots + 8L * t + 4);
                er += cos * get(a);
                ei += cos * get(a + im);
                or += sin * get(b);
                oi += sin * get(b + im);
            }
            put(y + k * next, im, er + oi, ei - or, w + 12L * (k - 1));
            put(y + (n - k) * next, im, er - oi, ei + or, w + 12L * (n - k - 1));
        }
    }

    @Override public void twist(long x, int high, int low, long coarse, long fine, int width, boolean swapped) {
        int im = swapped ? -PART : PART;
        long row = 4L * width, at = x + (swapped ? PART : 0);
        for (int i = 0; i < high; i++)
            for (int j = 0; j < low; j++, at += NUMBER)
                for (long l = 0; l < PART; l += 4) {
                    long c = coarse + 2 * row * i + l, f = fine + 2 * row * j + l;
                    float cr = get(c), ci = get(c + row), fr = get(f), fi = get(f + row);
                    float wr = cr * fr - ci * fi, wi = cr * fi + ci * fr, re = get(at + l), i2 = get(at + l + im);
                    set(at + l, re * wr - i2 * wi);
                    set(at + l + im, re * wi + i2 * wr);
                }
    }

    @Override public void split(long x, long step, int n, long y) {
        for (int k = 0; k < n; k++, x += step, y += NUMBER)
            for (int l = 0; l < LANES; l++) {
                set(y + 4 * l, get(x + 8 * l));
                set(y + 4 * l + PART, get(x + 8 * l + 4));
            }
    }

    @Override public void join(long x, int n, long y, long step) {
        for (int k = 0; k < n; k++, x += NUMBER, y += step)
            for (int l = 0; l < LANES; l++) {
                set(y + 8 * l, get(x + 4 * l));
                set(y + 8 * l + 4, get(x + 4 * l + PART));
            }
    }

    @Override public void rows(long x, int n, long y, long step) {
        for (int l = 0; l < LANES; l++)
            for (int k = 0; k < n; k++) {
                long from = x + NUMBER * k + 4 * l, to = y + step * l + 8L * k;
                set(to, get(from));
                set(to + 4, get(from + PART));
            }
    }

    @Override public void multiply(long x, long w, boolean conjugate, long n, long y) {
        for (long i = 0; i < 8 * n; i += 8) {
            float re = get(x + i), im = get(x + i + 4);
            float c = get(w + i), s = conjugate ? -get(w + i + 4) : get(w + i + 4);
            set(y + i, re * c - im * s);
            set(y + i + 4, re * s + im * c);
        }
    }

    @Override public void mirror(long x, long n, long w, boolean conjugate, long from, long to, long y) {
        for (long k = from; k < to; k++) {
            long a = x + 8 * k, b = x + 8 * (n - k), t = w + 8 * k;
            float ar = get(a), ai = get(a + 4), br = get(b), bi = -get(b + 4);
            float c = get(t), s = conjugate ? -get(t + 4) : get(t + 4), dr = ar - br, di = ai - bi;
            set(y + 8 * k, 0.5f * (ar + br) + dr * c - di * s);
            set(y + 8 * k + 4, 0.5f * (ai + bi) + dr * s + di * c);
        }
    }
}
