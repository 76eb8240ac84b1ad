package dev.lazuli.cpu.vector;

import static dev.lazuli.memory.Ram.ALL;

import dev.lazuli.cpu.FourierKernel;
import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Transforms in vectors, one in each lane.
///
/// Complex numbers in memory are real and imaginary parts in turns: two vectors of them become a vector of each by a
/// choice of lanes, and a product of them takes the same vector with neighbours exchanged.
final class VectorFourier implements FourierKernel {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int L = F.length();

    /// Bytes of the parts of one number in a bundle, and of both.
    static final int PART = 4 * L;
    static final long NUMBER = 2 * PART;

    private static final FloatVector EVEN = choice(i -> 2 * i), ODD = choice(i -> 2 * i + 1);
    private static final FloatVector LOW = choice(i -> i % 2 * L + i / 2), HIGH = choice(i -> i % 2 * L + (L + i) / 2);
    private static final VectorShuffle<Float> NEIGHBOUR = VectorShuffle.fromOp(F, i -> i ^ 1);
    private static final VectorShuffle<Float> REAL = VectorShuffle.fromOp(F, i -> i & -2);
    private static final VectorShuffle<Float> IMAGINARY = VectorShuffle.fromOp(F, i -> i | 1);
    private static final VectorShuffle<Float> REVERSED = VectorShuffle.fromOp(F, i -> L - 1 - i ^ 1);
    /// Opposite signs: of real parts, and of imaginary ones.
    private static final FloatVector TURN = signs(-1, 1), CONJUGATE = signs(1, -1);

    private interface Lane { int of(int i); }

    private static FloatVector choice(Lane lane) {
        var lanes = new float[L];
        for (int i = 0; i < L; i++) lanes[i] = lane.of(i);
        return FloatVector.fromArray(F, lanes, 0);
    }

    private static FloatVector signs(float real, float imaginary) {
        return choice(i -> 0).add(choice(i -> i % 2 == 0 ? (int) real : (int) imaginary));
    }

    @Override public int lanes() { return L; }

    @Override public int[] radices() { return new int[] {4, 2, 5, 3}; }

    @Override public void pass(int radix, long x, long y, long roots, long w, int m, int s, boolean swapped,
                               int count) {
        switch (radix) {
            case 2 -> EvenRadices.two(x, y, w, m, s, swapped);
            case 3 -> OddRadices.three(x, y, w, m, s, swapped);
            case 4 -> {
                if (m == 1) EvenRadices.fourLast(x, y, s, swapped);
                else EvenRadices.four(x, y, w, m, s, swapped);
            }
            case 5 -> OddRadices.five(x, y, w, m, s, swapped);
            default -> OddRadices.odd(radix, x, y, roots, w, m, s, swapped);
        }
    }

    @Override public void twist(long x, int high, int low, long coarse, long fine, int width, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, row = 4L * width, at = x;
        for (int i = 0; i < high; i++) {
            long c = Ram.bounded(coarse + 2 * row * i), d = Ram.bounded(coarse + 2 * row * i + row);
            var cr = FloatVector.fromMemorySegment(F, ALL, c, ORDER);
            var ci = FloatVector.fromMemorySegment(F, ALL, d, ORDER);
            for (int j = 0; j < low; j++) {
                long f = Ram.bounded(fine + 2 * row * j), g = Ram.bounded(fine + 2 * row * j + row);
                long z = Ram.bounded(at + NUMBER * j);
                var fr = FloatVector.fromMemorySegment(F, ALL, f, ORDER);
                var fi = FloatVector.fromMemorySegment(F, ALL, g, ORDER);
                var r = FloatVector.fromMemorySegment(F, ALL, z + re, ORDER);
                var q = FloatVector.fromMemorySegment(F, ALL, z + im, ORDER);
                var wr = cr.mul(fr).sub(ci.mul(fi));
                var wi = cr.fma(fi, ci.mul(fr));
                r.mul(wr).sub(q.mul(wi)).intoMemorySegment(ALL, z + re, ORDER);
                r.fma(wi, q.mul(wr)).intoMemorySegment(ALL, z + im, ORDER);
            }
            at += NUMBER * low;
        }
    }

    @Override public void split(long x, long step, int n, long y) {
        for (int k = 0; k < n; k++) {
            long from = Ram.bounded(x + step * k), to = Ram.bounded(y + NUMBER * k);
            var p = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
            var q = FloatVector.fromMemorySegment(F, ALL, from + PART, ORDER);
            EVEN.selectFrom(p, q).intoMemorySegment(ALL, to, ORDER);
            ODD.selectFrom(p, q).intoMemorySegment(ALL, to + PART, ORDER);
        }
    }

    @Override public void join(long x, int n, long y, long step) {
        for (int k = 0; k < n; k++) {
            long from = Ram.bounded(x + NUMBER * k), to = Ram.bounded(y + step * k);
            var re = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
            var im = FloatVector.fromMemorySegment(F, ALL, from + PART, ORDER);
            LOW.selectFrom(re, im).intoMemorySegment(ALL, to, ORDER);
            HIGH.selectFrom(re, im).intoMemorySegment(ALL, to + PART, ORDER);
        }
    }

    @Override public void rows(long x, int n, long y, long step) { Transposer.rows(x, n, y, step); }

    @Override public void multiply(long x, long w, boolean conjugate, long n, long y) {
        var turn = TURN.mul(conjugate ? -1 : 1);
        long i = 0;
        for (; i <= 2 * n - L; i += L) {
            long from = Ram.bounded(x + 4 * i), at = Ram.bounded(w + 4 * i), to = Ram.bounded(y + 4 * i);
            var a = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
            var b = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
            a.rearrange(NEIGHBOUR).mul(b.rearrange(IMAGINARY).mul(turn)).add(a.mul(b.rearrange(REAL)))
                .intoMemorySegment(ALL, to, ORDER);
        }
        float sign = conjugate ? -1 : 1;
        for (; i < 2 * n; i += 2) {
            float re = ALL.get(FLOAT, x + 4 * i), im = ALL.get(FLOAT, x + 4 * i + 4);
            float c = ALL.get(FLOAT, w + 4 * i), s = sign * ALL.get(FLOAT, w + 4 * i + 4);
            ALL.set(FLOAT, y + 4 * i, re * c - im * s);
            ALL.set(FLOAT, y + 4 * i + 4, re * s + im * c);
        }
    }

    @Override public void mirror(long x, long n, long w, boolean conjugate, long from, long to, long y) {
        var turn = TURN.mul(conjugate ? -1 : 1);
        long k = from;
        for (; k <= to - L / 2; k += L / 2) {
            long front = Ram.bounded(x + 8 * k), back = Ram.bounded(x + 8 * (n - k) + 8 - PART);
            long at = Ram.bounded(w + 8 * k), out = Ram.bounded(y + 8 * k);
            var a = FloatVector.fromMemorySegment(F, ALL, front, ORDER);
            var b = FloatVector.fromMemorySegment(F, ALL, back, ORDER).rearrange(REVERSED).mul(CONJUGATE);
            var t = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
            var d = a.sub(b);
            a.add(b).mul(0.5f).add(d.mul(t.rearrange(REAL)))
                .add(d.rearrange(NEIGHBOUR).mul(t.rearrange(IMAGINARY).mul(turn))).intoMemorySegment(ALL, out, ORDER);
        }
        float sign = conjugate ? -1 : 1;
        for (; k < to; k++) {
            long p = x + 8 * k, q = x + 8 * (n - k), t = w + 8 * k;
            float ar = ALL.get(FLOAT, p), ai = ALL.get(FLOAT, p + 4);
            float br = ALL.get(FLOAT, q), bi = -ALL.get(FLOAT, q + 4);
            float c = ALL.get(FLOAT, t), s = sign * ALL.get(FLOAT, t + 4), dr = ar - br, di = ai - bi;
            ALL.set(FLOAT, y + 8 * k, 0.5f * (ar + br) + dr * c - di * s);
            ALL.set(FLOAT, y + 8 * k + 4, 0.5f * (ai + bi) + dr * s + di * c);
        }
    }
}
