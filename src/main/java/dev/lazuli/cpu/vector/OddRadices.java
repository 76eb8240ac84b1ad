package dev.lazuli.cpu.vector;

import static dev.lazuli.cpu.vector.VectorFourier.NUMBER;
import static dev.lazuli.cpu.vector.VectorFourier.PART;
import static dev.lazuli.memory.Ram.ALL;

import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Steps of radix 3 and 5, and of any odd one. See [EvenRadices] for how they are written.
final class OddRadices {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final float SIN_3 = (float) Math.sqrt(0.75);
    private static final float COS_5 = (float) ((Math.sqrt(5) - 1) / 4), COS2_5 = (float) ((-Math.sqrt(5) - 1) / 4);
    private static final float SIN_5 = (float) Math.sqrt((5 + Math.sqrt(5)) / 8);
    private static final float SIN2_5 = (float) Math.sqrt((5 - Math.sqrt(5)) / 8);

    private OddRadices() {}

    static void three(long x, long y, long w, int m, int s, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        var minusHalf = FloatVector.broadcast(F, -0.5f);
        var root = FloatVector.broadcast(F, SIN_3);
        long from = x, to = y, at = w;
        for (int i = 0, q = 0; i < m * s; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            long x2 = Ram.bounded(from + 2 * apart);
            var r0 = FloatVector.fromMemorySegment(F, ALL, x0 + re, ORDER);
            var i0 = FloatVector.fromMemorySegment(F, ALL, x0 + im, ORDER);
            var r1 = FloatVector.fromMemorySegment(F, ALL, x1 + re, ORDER);
            var i1 = FloatVector.fromMemorySegment(F, ALL, x1 + im, ORDER);
            var r2 = FloatVector.fromMemorySegment(F, ALL, x2 + re, ORDER);
            var i2 = FloatVector.fromMemorySegment(F, ALL, x2 + im, ORDER);
            long y0 = Ram.bounded(to);
            long y1 = Ram.bounded(to + next);
            long y2 = Ram.bounded(to + 2 * next);
            var sr = r1.add(r2);
            var si = i1.add(i2);
            r0.add(sr).intoMemorySegment(ALL, y0 + re, ORDER);
            i0.add(si).intoMemorySegment(ALL, y0 + im, ORDER);
            var er = sr.fma(minusHalf, r0);
            var ei = si.fma(minusHalf, i0);
            var or = r1.sub(r2).mul(root);
            var oi = i1.sub(i2).mul(root);
            var ar = er.add(oi);
            var ai = ei.sub(or);
            var c1 = FloatVector.broadcast(F, ALL.get(FLOAT, t));
            var s1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 4));
            var z1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 8));
            ar.fma(c1, ai.mul(z1)).intoMemorySegment(ALL, y1 + re, ORDER);
            ar.fma(s1, ai.mul(c1)).intoMemorySegment(ALL, y1 + im, ORDER);
            var br = er.sub(oi);
            var bi = ei.add(or);
            var c2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 12));
            var s2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 16));
            var z2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 20));
            br.fma(c2, bi.mul(z2)).intoMemorySegment(ALL, y2 + re, ORDER);
            br.fma(s2, bi.mul(c2)).intoMemorySegment(ALL, y2 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += 2 * next;
                at += 24;
            }
        }
    }

    static void five(long x, long y, long w, int m, int s, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        FloatVector cos1 = FloatVector.broadcast(F, COS_5), cos2 = FloatVector.broadcast(F, COS2_5);
        FloatVector sin1 = FloatVector.broadcast(F, SIN_5), sin2 = FloatVector.broadcast(F, SIN2_5);
        long from = x, to = y, at = w;
        for (int i = 0, q = 0; i < m * s; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            long x2 = Ram.bounded(from + 2 * apart);
            long x3 = Ram.bounded(from + 3 * apart);
            long x4 = Ram.bounded(from + 4 * apart);
            var r0 = FloatVector.fromMemorySegment(F, ALL, x0 + re, ORDER);
            var i0 = FloatVector.fromMemorySegment(F, ALL, x0 + im, ORDER);
            var r1 = FloatVector.fromMemorySegment(F, ALL, x1 + re, ORDER);
            var i1 = FloatVector.fromMemorySegment(F, ALL, x1 + im, ORDER);
            var r2 = FloatVector.fromMemorySegment(F, ALL, x2 + re, ORDER);
            var i2 = FloatVector.fromMemorySegment(F, ALL, x2 + im, ORDER);
            var r3 = FloatVector.fromMemorySegment(F, ALL, x3 + re, ORDER);
            var i3 = FloatVector.fromMemorySegment(F, ALL, x3 + im, ORDER);
            var r4 = FloatVector.fromMemorySegment(F, ALL, x4 + re, ORDER);
            var i4 = FloatVector.fromMemorySegment(F, ALL, x4 + im, ORDER);
            long y0 = Ram.bounded(to);
            long y1 = Ram.bounded(to + next);
            long y2 = Ram.bounded(to + 2 * next);
            long y3 = Ram.bounded(to + 3 * next);
            long y4 = Ram.bounded(to + 4 * next);
            var pr = r1.add(r4);
            var pi = i1.add(i4);
            var ur = r1.sub(r4);
            var ui = i1.sub(i4);
            var qr = r2.add(r3);
            var qi = i2.add(i3);
            var vr = r2.sub(r3);
            var vi = i2.sub(i3);
            r0.add(pr).add(qr).intoMemorySegment(ALL, y0 + re, ORDER);
            i0.add(pi).add(qi).intoMemorySegment(ALL, y0 + im, ORDER);
            var er = qr.fma(cos2, pr.fma(cos1, r0));
            var ei = qi.fma(cos2, pi.fma(cos1, i0));
            var or = vr.fma(sin2, ur.mul(sin1));
            var oi = vi.fma(sin2, ui.mul(sin1));
            var ar = er.add(oi);
            var ai = ei.sub(or);
            var c1 = FloatVector.broadcast(F, ALL.get(FLOAT, t));
            var s1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 4));
            var z1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 8));
            ar.fma(c1, ai.mul(z1)).intoMemorySegment(ALL, y1 + re, ORDER);
            ar.fma(s1, ai.mul(c1)).intoMemorySegment(ALL, y1 + im, ORDER);
            var dr = er.sub(oi);
            var di = ei.add(or);
            var c4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 36));
            var s4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 40));
            var z4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 44));
            dr.fma(c4, di.mul(z4)).intoMemorySegment(ALL, y4 + re, ORDER);
            dr.fma(s4, di.mul(c4)).intoMemorySegment(ALL, y4 + im, ORDER);
            var fr = qr.fma(cos1, pr.fma(cos2, r0));
            var fi = qi.fma(cos1, pi.fma(cos2, i0));
            var gr = ur.mul(sin2).sub(vr.mul(sin1));
            var gi = ui.mul(sin2).sub(vi.mul(sin1));
            var br = fr.add(gi);
            var bi = fi.sub(gr);
            var c2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 12));
            var s2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 16));
            var z2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 20));
            br.fma(c2, bi.mul(z2)).intoMemorySegment(ALL, y2 + re, ORDER);
            br.fma(s2, bi.mul(c2)).intoMemorySegment(ALL, y2 + im, ORDER);
            var hr = fr.sub(gi);
            var hi = fi.add(gr);
            var c3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 24));
            var s3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 28));
            var z3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 32));
            hr.fma(c3, hi.mul(z3)).intoMemorySegment(ALL, y3 + re, ORDER);
            hr.fma(s3, hi.mul(c3)).intoMemorySegment(ALL, y3 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += 4 * next;
                at += 48;
            }
        }
    }

    /// Numbers j and n - j meet as sum and difference, which take their places in x.
    static void odd(int n, long x, long y, long roots, long w, int m, int s, boolean swapped) {
        long apart = NUMBER * m * s, next = NUMBER * s;
        for (int p = 0; p < m; p++)
            for (int q = 0; q < s; q++) {
                long from = x + NUMBER * (q + (long) s * p), to = y + NUMBER * (q + (long) s * n * p);
                meet(n, from, apart, to, swapped);
                for (int k = 1; 2 * k < n; k++) {
                    long t = w + 12L * ((n - 1L) * p + k - 1);
                    pair(n, k, from, apart, roots, t, t + 12L * (n - 2 * k), to + k * next, to + (n - k) * next,
                        swapped);
                }
            }
    }

    private static void meet(int n, long x, long apart, long y, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, first = Ram.bounded(x), to = Ram.bounded(y);
        var r = FloatVector.fromMemorySegment(F, ALL, first + re, ORDER);
        var i = FloatVector.fromMemorySegment(F, ALL, first + im, ORDER);
        for (int j = 1; 2 * j < n; j++) {
            long a = Ram.bounded(x + j * apart), b = Ram.bounded(x + (n - j) * apart);
            var ar = FloatVector.fromMemorySegment(F, ALL, a + re, ORDER);
            var ai = FloatVector.fromMemorySegment(F, ALL, a + im, ORDER);
            var br = FloatVector.fromMemorySegment(F, ALL, b + re, ORDER);
            var bi = FloatVector.fromMemorySegment(F, ALL, b + im, ORDER);
            var sr = ar.add(br);
            var si = ai.add(bi);
            sr.intoMemorySegment(ALL, a + re, ORDER);
            si.intoMemorySegment(ALL, a + im, ORDER);
            ar.sub(br).intoMemorySegment(ALL, b + re, ORDER);
            ai.sub(bi).intoMemorySegment(ALL, b + im, ORDER);
            r = r.add(sr);
            i = i.add(si);
        }
        r.intoMemorySegment(ALL, to + re, ORDER);
        i.intoMemorySegment(ALL, to + im, ORDER);
    }

    /// Numbers k and n - k of the result, which differ in the sign of the sines.
    private static void pair(int n, int k, long x, long apart, long roots, long w, long v, long y, long z,
                             boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, first = Ram.bounded(x), root = Ram.bounded(roots);
        var er = FloatVector.fromMemorySegment(F, ALL, first + re, ORDER);
        var ei = FloatVector.fromMemorySegment(F, ALL, first + im, ORDER);
        FloatVector or = FloatVector.zero(F), oi = or;
        for (int j = 1, t = k; 2 * j < n; j++) {
            long a = Ram.bounded(x + j * apart), b = Ram.bounded(x + (n - j) * apart), at = root + 8 * Ram.index(t);
            var cos = FloatVector.broadcast(F, ALL.get(FLOAT, at));
            var sin = FloatVector.broadcast(F, ALL.get(FLOAT, at + 4));
            er = cos.fma(FloatVector.fromMemorySegment(F, ALL, a + re, ORDER), er);
            ei = cos.fma(FloatVector.fromMemorySegment(F, ALL, a + im, ORDER), ei);
            or = sin.fma(FloatVector.fromMemorySegment(F, ALL, b + re, ORDER), or);
            oi = sin.fma(FloatVector.fromMemorySegment(F, ALL, b + im, ORDER), oi);
            t = t + k < n ? t + k : t + k - n;
        }
        long p = Ram.bounded(w), q = Ram.bounded(v), to = Ram.bounded(y), last = Ram.bounded(z);
        var ar = er.add(oi);
        var ai = ei.sub(or);
        var br = er.sub(oi);
        var bi = ei.add(or);
        float c = ALL.get(FLOAT, p), s = ALL.get(FLOAT, p + 4), d = ALL.get(FLOAT, q), u = ALL.get(FLOAT, q + 4);
        ar.mul(c).sub(ai.mul(s)).intoMemorySegment(ALL, to + re, ORDER);
        ar.mul(s).add(ai.mul(c)).intoMemorySegment(ALL, to + im, ORDER);
        br.mul(d).sub(bi.mul(u)).intoMemorySegment(ALL, last + re, ORDER);
        br.mul(u).add(bi.mul(d)).intoMemorySegment(ALL, last + im, ORDER);
    }
}
