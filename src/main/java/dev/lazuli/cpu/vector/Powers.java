package dev.lazuli.cpu.vector;

import static dev.lazuli.cpu.vector.VectorFourier.NUMBER;
import static dev.lazuli.cpu.vector.VectorFourier.PART;
import static dev.lazuli.memory.Ram.ALL;

import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Steps of radix 2, 4 and 8. Each is one loop without calls, in which addresses are masked instead of checked, so that
/// all stays in registers.
final class Powers {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final float ROOT_HALF = (float) Math.sqrt(0.5);
    private static final int BLOCK = 16;

    private Powers() {}

    static void two(long x, long y, long w, int m, int s, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        long from = x, to = y, at = w;
        for (int i = 0, q = 0; i < m * s; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            var r0 = FloatVector.fromMemorySegment(F, ALL, x0 + re, ORDER);
            var i0 = FloatVector.fromMemorySegment(F, ALL, x0 + im, ORDER);
            var r1 = FloatVector.fromMemorySegment(F, ALL, x1 + re, ORDER);
            var i1 = FloatVector.fromMemorySegment(F, ALL, x1 + im, ORDER);
            long y0 = Ram.bounded(to);
            long y1 = Ram.bounded(to + next);
            r0.add(r1).intoMemorySegment(ALL, y0 + re, ORDER);
            i0.add(i1).intoMemorySegment(ALL, y0 + im, ORDER);
            var dr = r0.sub(r1);
            var di = i0.sub(i1);
            var c1 = FloatVector.broadcast(F, ALL.get(FLOAT, t));
            var s1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 4));
            var z1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 8));
            dr.fma(c1, di.mul(z1)).intoMemorySegment(ALL, y1 + re, ORDER);
            dr.fma(s1, di.mul(c1)).intoMemorySegment(ALL, y1 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += next;
                at += 12;
            }
        }
    }

    static void four(long x, long y, long w, int m, int s, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        long from = x, to = y, at = w;
        for (int i = 0, q = 0; i < m * s; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            long x2 = Ram.bounded(from + 2 * apart);
            long x3 = Ram.bounded(from + 3 * apart);
            var r0 = FloatVector.fromMemorySegment(F, ALL, x0 + re, ORDER);
            var i0 = FloatVector.fromMemorySegment(F, ALL, x0 + im, ORDER);
            var r1 = FloatVector.fromMemorySegment(F, ALL, x1 + re, ORDER);
            var i1 = FloatVector.fromMemorySegment(F, ALL, x1 + im, ORDER);
            var r2 = FloatVector.fromMemorySegment(F, ALL, x2 + re, ORDER);
            var i2 = FloatVector.fromMemorySegment(F, ALL, x2 + im, ORDER);
            var r3 = FloatVector.fromMemorySegment(F, ALL, x3 + re, ORDER);
            var i3 = FloatVector.fromMemorySegment(F, ALL, x3 + im, ORDER);
            long y0 = Ram.bounded(to);
            long y1 = Ram.bounded(to + next);
            long y2 = Ram.bounded(to + 2 * next);
            long y3 = Ram.bounded(to + 3 * next);
            var sr = r0.add(r2);
            var si = i0.add(i2);
            var dr = r0.sub(r2);
            var di = i0.sub(i2);
            var ur = r1.add(r3);
            var ui = i1.add(i3);
            var vr = r1.sub(r3);
            var vi = i1.sub(i3);
            sr.add(ur).intoMemorySegment(ALL, y0 + re, ORDER);
            si.add(ui).intoMemorySegment(ALL, y0 + im, ORDER);
            var ar = dr.add(vi);
            var ai = di.sub(vr);
            var c1 = FloatVector.broadcast(F, ALL.get(FLOAT, t));
            var s1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 4));
            var z1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 8));
            ar.fma(c1, ai.mul(z1)).intoMemorySegment(ALL, y1 + re, ORDER);
            ar.fma(s1, ai.mul(c1)).intoMemorySegment(ALL, y1 + im, ORDER);
            var br = sr.sub(ur);
            var bi = si.sub(ui);
            var c2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 12));
            var s2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 16));
            var z2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 20));
            br.fma(c2, bi.mul(z2)).intoMemorySegment(ALL, y2 + re, ORDER);
            br.fma(s2, bi.mul(c2)).intoMemorySegment(ALL, y2 + im, ORDER);
            var er = dr.sub(vi);
            var ei = di.add(vr);
            var c3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 24));
            var s3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 28));
            var z3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 32));
            er.fma(c3, ei.mul(z3)).intoMemorySegment(ALL, y3 + re, ORDER);
            er.fma(s3, ei.mul(c3)).intoMemorySegment(ALL, y3 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += 3 * next;
                at += 36;
            }
        }
    }

    /// By halves, in blocks that stay in the first cache: C1 refuses to compile a method with all of it, and one that
    /// C1 does not profile never comes to C2.
    static void eight(long x, long y, long w, int m, int s, boolean swapped) {
        for (int i = 0; i < m * s; i += BLOCK) {
            int end = Math.min(i + BLOCK, m * s);
            evenOfEight(x, y, w, m, s, swapped, i, end);
            oddOfEight(x, y, w, m, s, swapped, i, end);
        }
    }

    /// The even numbers of the results of radix 8, from one butterfly up to, but not including, another.
    static void evenOfEight(long x, long y, long w, int m, int s, boolean swapped, int first, int last) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        long p = first / s, from = x + NUMBER * first, to = y + NUMBER * first + 7 * next * p, at = w + 84 * p;
        for (int i = first, q = first % s; i < last; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            long x2 = Ram.bounded(from + 2 * apart);
            long x3 = Ram.bounded(from + 3 * apart);
            long x4 = Ram.bounded(from + 4 * apart);
            long x5 = Ram.bounded(from + 5 * apart);
            long x6 = Ram.bounded(from + 6 * apart);
            long x7 = Ram.bounded(from + 7 * apart);
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
            var r5 = FloatVector.fromMemorySegment(F, ALL, x5 + re, ORDER);
            var i5 = FloatVector.fromMemorySegment(F, ALL, x5 + im, ORDER);
            var r6 = FloatVector.fromMemorySegment(F, ALL, x6 + re, ORDER);
            var i6 = FloatVector.fromMemorySegment(F, ALL, x6 + im, ORDER);
            var r7 = FloatVector.fromMemorySegment(F, ALL, x7 + re, ORDER);
            var i7 = FloatVector.fromMemorySegment(F, ALL, x7 + im, ORDER);
            long y0 = Ram.bounded(to);
            long y2 = Ram.bounded(to + 2 * next);
            long y4 = Ram.bounded(to + 4 * next);
            long y6 = Ram.bounded(to + 6 * next);
            var a0r = r0.add(r4);
            var a0i = i0.add(i4);
            var a1r = r1.add(r5);
            var a1i = i1.add(i5);
            var a2r = r2.add(r6);
            var a2i = i2.add(i6);
            var a3r = r3.add(r7);
            var a3i = i3.add(i7);
            var d0r = a0r.add(a2r);
            var d0i = a0i.add(a2i);
            var d1r = a0r.sub(a2r);
            var d1i = a0i.sub(a2i);
            var d2r = a1r.add(a3r);
            var d2i = a1i.add(a3i);
            var d3r = a1r.sub(a3r);
            var d3i = a1i.sub(a3i);
            d0r.add(d2r).intoMemorySegment(ALL, y0 + re, ORDER);
            d0i.add(d2i).intoMemorySegment(ALL, y0 + im, ORDER);
            var k2r = d1r.add(d3i);
            var k2i = d1i.sub(d3r);
            var c2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 12));
            var s2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 16));
            var z2 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 20));
            k2r.fma(c2, k2i.mul(z2)).intoMemorySegment(ALL, y2 + re, ORDER);
            k2r.fma(s2, k2i.mul(c2)).intoMemorySegment(ALL, y2 + im, ORDER);
            var k4r = d0r.sub(d2r);
            var k4i = d0i.sub(d2i);
            var c4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 36));
            var s4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 40));
            var z4 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 44));
            k4r.fma(c4, k4i.mul(z4)).intoMemorySegment(ALL, y4 + re, ORDER);
            k4r.fma(s4, k4i.mul(c4)).intoMemorySegment(ALL, y4 + im, ORDER);
            var k6r = d1r.sub(d3i);
            var k6i = d1i.add(d3r);
            var c6 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 60));
            var s6 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 64));
            var z6 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 68));
            k6r.fma(c6, k6i.mul(z6)).intoMemorySegment(ALL, y6 + re, ORDER);
            k6r.fma(s6, k6i.mul(c6)).intoMemorySegment(ALL, y6 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += 7 * next;
                at += 84;
            }
        }
    }

    /// The odd ones.
    static void oddOfEight(long x, long y, long w, int m, int s, boolean swapped, int first, int last) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * m * s, next = NUMBER * s;
        FloatVector root = FloatVector.broadcast(F, ROOT_HALF), minusRoot = FloatVector.broadcast(F, -ROOT_HALF);
        long p = first / s, from = x + NUMBER * first, to = y + NUMBER * first + 7 * next * p, at = w + 84 * p;
        for (int i = first, q = first % s; i < last; i++) {
            long t = Ram.bounded(at);
            long x0 = Ram.bounded(from);
            long x1 = Ram.bounded(from + apart);
            long x2 = Ram.bounded(from + 2 * apart);
            long x3 = Ram.bounded(from + 3 * apart);
            long x4 = Ram.bounded(from + 4 * apart);
            long x5 = Ram.bounded(from + 5 * apart);
            long x6 = Ram.bounded(from + 6 * apart);
            long x7 = Ram.bounded(from + 7 * apart);
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
            var r5 = FloatVector.fromMemorySegment(F, ALL, x5 + re, ORDER);
            var i5 = FloatVector.fromMemorySegment(F, ALL, x5 + im, ORDER);
            var r6 = FloatVector.fromMemorySegment(F, ALL, x6 + re, ORDER);
            var i6 = FloatVector.fromMemorySegment(F, ALL, x6 + im, ORDER);
            var r7 = FloatVector.fromMemorySegment(F, ALL, x7 + re, ORDER);
            var i7 = FloatVector.fromMemorySegment(F, ALL, x7 + im, ORDER);
            long y1 = Ram.bounded(to + next);
            long y3 = Ram.bounded(to + 3 * next);
            long y5 = Ram.bounded(to + 5 * next);
            long y7 = Ram.bounded(to + 7 * next);
            var b0r = r0.sub(r4);
            var b0i = i0.sub(i4);
            var b1r = r1.sub(r5);
            var b1i = i1.sub(i5);
            var b2r = r2.sub(r6);
            var b2i = i2.sub(i6);
            var b3r = r3.sub(r7);
            var b3i = i3.sub(i7);
            var g1r = b1r.add(b1i).mul(root);
            var g1i = b1i.sub(b1r).mul(root);
            var g3r = b3i.sub(b3r).mul(root);
            var g3i = b3r.add(b3i).mul(minusRoot);
            var e0r = b0r.add(b2i);
            var e0i = b0i.sub(b2r);
            var e1r = b0r.sub(b2i);
            var e1i = b0i.add(b2r);
            var e2r = g1r.add(g3r);
            var e2i = g1i.add(g3i);
            var e3r = g1r.sub(g3r);
            var e3i = g1i.sub(g3i);
            var k1r = e0r.add(e2r);
            var k1i = e0i.add(e2i);
            var c1 = FloatVector.broadcast(F, ALL.get(FLOAT, t));
            var s1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 4));
            var z1 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 8));
            k1r.fma(c1, k1i.mul(z1)).intoMemorySegment(ALL, y1 + re, ORDER);
            k1r.fma(s1, k1i.mul(c1)).intoMemorySegment(ALL, y1 + im, ORDER);
            var k3r = e1r.add(e3i);
            var k3i = e1i.sub(e3r);
            var c3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 24));
            var s3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 28));
            var z3 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 32));
            k3r.fma(c3, k3i.mul(z3)).intoMemorySegment(ALL, y3 + re, ORDER);
            k3r.fma(s3, k3i.mul(c3)).intoMemorySegment(ALL, y3 + im, ORDER);
            var k5r = e0r.sub(e2r);
            var k5i = e0i.sub(e2i);
            var c5 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 48));
            var s5 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 52));
            var z5 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 56));
            k5r.fma(c5, k5i.mul(z5)).intoMemorySegment(ALL, y5 + re, ORDER);
            k5r.fma(s5, k5i.mul(c5)).intoMemorySegment(ALL, y5 + im, ORDER);
            var k7r = e1r.sub(e3i);
            var k7i = e1i.add(e3r);
            var c7 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 72));
            var s7 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 76));
            var z7 = FloatVector.broadcast(F, ALL.get(FLOAT, t + 80));
            k7r.fma(c7, k7i.mul(z7)).intoMemorySegment(ALL, y7 + re, ORDER);
            k7r.fma(s7, k7i.mul(c7)).intoMemorySegment(ALL, y7 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
            if (++q == s) {
                q = 0;
                to += 7 * next;
                at += 84;
            }
        }
    }
}
