package dev.lazuli.cpu.vector;

import static dev.lazuli.cpu.vector.VectorFourier.NUMBER;
import static dev.lazuli.cpu.vector.VectorFourier.PART;
import static dev.lazuli.memory.Ram.ALL;

import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Steps of radix 2 and 4. Each is one loop without calls, in which addresses are masked instead of checked, so that
/// all stays in registers. Radix 8 was no faster, and C1 refuses to compile so large a method.
final class EvenRadices {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private EvenRadices() {}

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

    /// The last step, whose twiddles are all 1.
    static void fourLast(long x, long y, int s, boolean swapped) {
        long re = swapped ? PART : 0, im = PART - re, apart = NUMBER * s;
        long from = x, to = y;
        for (int i = 0; i < s; i++) {
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
            long y1 = Ram.bounded(to + apart);
            long y2 = Ram.bounded(to + 2 * apart);
            long y3 = Ram.bounded(to + 3 * apart);
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
            dr.add(vi).intoMemorySegment(ALL, y1 + re, ORDER);
            di.sub(vr).intoMemorySegment(ALL, y1 + im, ORDER);
            sr.sub(ur).intoMemorySegment(ALL, y2 + re, ORDER);
            si.sub(ui).intoMemorySegment(ALL, y2 + im, ORDER);
            dr.sub(vi).intoMemorySegment(ALL, y3 + re, ORDER);
            di.add(vr).intoMemorySegment(ALL, y3 + im, ORDER);
            from += NUMBER;
            to += NUMBER;
        }
    }
}
