package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.AttentionKernel;
import dev.lazuli.cpu.scalar.ScalarProvider;
import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Attention's loops in the Vector API.
///
/// A product goes by register tiles, 4 rows × 4, 2 or 1 vectors. In the last, 8 rows would keep both FMA units busy,
/// but C2 stops inlining at the eighth scalar load and boxes everything (10 times slower). One query
/// alone has its own loops, with features in the lanes: they stream keys and values as fast as memory gives them.
final class VectorAttention implements AttentionKernel {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int L = F.length();
    private static final long W = 4L * L;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final AttentionKernel SCALAR = ScalarProvider.create().attention();
    private static final VectorRows ROWS = new VectorRows();

    private static final float LOG2_E = VectorRows.LOG2_E;
    private static final float LN2_HIGH = VectorRows.LN2_HIGH;
    private static final float LN2_LOW = VectorRows.LN2_LOW;
    private static final float ROUND = VectorRows.ROUND;
    private static final float SMALLEST = VectorRows.SMALLEST;

    @Override public int width() { return L; }

    @Override public void product(int m, int n, int k, long a, long rowStride, long columnStride, long b, long factors,
                                  long c) {
        if (n == 1) {
            if (k % L == 0 && columnStride == 4) dots(m, k, a, rowStride, b, c);
            else if (m % L == 0 && rowStride == 4) sums(m, k, a, columnStride, b, factors, c);
            else SCALAR.product(m, n, k, a, rowStride, columnStride, b, factors, c);
            return;
        }
        begin(m, n, factors, c);
        int j = 0;
        for (; j <= n - 4 * L; j += 4 * L) {
            int i = 0;
            for (; i <= m - 4; i += 4)
                tile4x4(n, k, a + i * rowStride, rowStride, columnStride, b + 4L * j, c + 4L * ((long) i * n + j));
            for (; i < m; i++)
                tile1x4(n, k, a + i * rowStride, columnStride, b + 4L * j, c + 4L * ((long) i * n + j));
        }
        for (; j <= n - 2 * L; j += 2 * L) {
            int i = 0;
            for (; i <= m - 4; i += 4)
                tile4x2(n, k, a + i * rowStride, rowStride, columnStride, b + 4L * j, c + 4L * ((long) i * n + j));
            for (; i < m; i++) {
                long x = a + i * rowStride, y = c + 4L * ((long) i * n + j);
                tile1x1(n, k, x, columnStride, b + 4L * j, y);
                tile1x1(n, k, x, columnStride, b + 4L * j + W, y + W);
            }
        }
        for (; j < n; j += L) {
            int i = 0;
            for (; i <= m - 4; i += 4)
                tile4x1(n, k, a + i * rowStride, rowStride, columnStride, b + 4L * j, c + 4L * ((long) i * n + j));
            for (; i < m; i++)
                tile1x1(n, k, a + i * rowStride, columnStride, b + 4L * j, c + 4L * ((long) i * n + j));
        }
    }

    /// c = c · diag(factors), or 0. The tiles then only add: with this in them C2 boxed vectors in some
    /// processes.
    private static void begin(int m, int n, long factors, long c) {
        if (factors == 0) {
            Ram.zero(c, 4L * m * n);
            return;
        }
        long f = Ram.bounded(factors), at = Ram.bounded(c);
        for (int i = 0; i < m; i++, at += 4L * n)
            for (int j = 0; j < n; j += L) {
                long x = at + 4 * Ram.index(j);
                FloatVector.fromMemorySegment(F, Ram.ALL, x, ORDER)
                    .mul(FloatVector.fromMemorySegment(F, Ram.ALL, f + 4 * Ram.index(j), ORDER))
                    .intoMemorySegment(Ram.ALL, x, ORDER);
            }
    }

    /// 16 sums: 4 rows of a with 4 vectors of b.
    private static void tile4x4(int n, int k, long a, long rowStride, long columnStride, long b, long c) {
        long pitch = 4 * Ram.index(n);
        b = Ram.bounded(b);
        c = Ram.bounded(c);
        var c00 = FloatVector.fromMemorySegment(F, Ram.ALL, c, ORDER);
        var c01 = FloatVector.fromMemorySegment(F, Ram.ALL, c + W, ORDER);
        var c02 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * W, ORDER);
        var c03 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * W, ORDER);
        var c10 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch, ORDER);
        var c11 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch + W, ORDER);
        var c12 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch + 2 * W, ORDER);
        var c13 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch + 3 * W, ORDER);
        var c20 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch, ORDER);
        var c21 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch + W, ORDER);
        var c22 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch + 2 * W, ORDER);
        var c23 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch + 3 * W, ORDER);
        var c30 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch, ORDER);
        var c31 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch + W, ORDER);
        var c32 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch + 2 * W, ORDER);
        var c33 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch + 3 * W, ORDER);
        long a1 = a + rowStride;
        long a2 = a + 2 * rowStride;
        long a3 = a + 3 * rowStride;
        for (int l = 0; l < k; l++) {
            long p = b + pitch * Ram.index(l);
            var b0 = FloatVector.fromMemorySegment(F, Ram.ALL, p, ORDER);
            var b1 = FloatVector.fromMemorySegment(F, Ram.ALL, p + W, ORDER);
            var b2 = FloatVector.fromMemorySegment(F, Ram.ALL, p + 2 * W, ORDER);
            var b3 = FloatVector.fromMemorySegment(F, Ram.ALL, p + 3 * W, ORDER);
            var x = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a)));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            var y = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a1)));
            c10 = y.fma(b0, c10);
            c11 = y.fma(b1, c11);
            c12 = y.fma(b2, c12);
            c13 = y.fma(b3, c13);
            var z = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a2)));
            c20 = z.fma(b0, c20);
            c21 = z.fma(b1, c21);
            c22 = z.fma(b2, c22);
            c23 = z.fma(b3, c23);
            var w = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a3)));
            c30 = w.fma(b0, c30);
            c31 = w.fma(b1, c31);
            c32 = w.fma(b2, c32);
            c33 = w.fma(b3, c33);
            a += columnStride;
            a1 += columnStride;
            a2 += columnStride;
            a3 += columnStride;
        }
        c00.intoMemorySegment(Ram.ALL, c, ORDER);
        c01.intoMemorySegment(Ram.ALL, c + W, ORDER);
        c02.intoMemorySegment(Ram.ALL, c + 2 * W, ORDER);
        c03.intoMemorySegment(Ram.ALL, c + 3 * W, ORDER);
        c10.intoMemorySegment(Ram.ALL, c + pitch, ORDER);
        c11.intoMemorySegment(Ram.ALL, c + pitch + W, ORDER);
        c12.intoMemorySegment(Ram.ALL, c + pitch + 2 * W, ORDER);
        c13.intoMemorySegment(Ram.ALL, c + pitch + 3 * W, ORDER);
        c20.intoMemorySegment(Ram.ALL, c + 2 * pitch, ORDER);
        c21.intoMemorySegment(Ram.ALL, c + 2 * pitch + W, ORDER);
        c22.intoMemorySegment(Ram.ALL, c + 2 * pitch + 2 * W, ORDER);
        c23.intoMemorySegment(Ram.ALL, c + 2 * pitch + 3 * W, ORDER);
        c30.intoMemorySegment(Ram.ALL, c + 3 * pitch, ORDER);
        c31.intoMemorySegment(Ram.ALL, c + 3 * pitch + W, ORDER);
        c32.intoMemorySegment(Ram.ALL, c + 3 * pitch + 2 * W, ORDER);
        c33.intoMemorySegment(Ram.ALL, c + 3 * pitch + 3 * W, ORDER);
    }

    /// The rows that are left over beside 4 vectors.
    private static void tile1x4(int n, int k, long a, long columnStride, long b, long c) {
        long pitch = 4 * Ram.index(n);
        b = Ram.bounded(b);
        c = Ram.bounded(c);
        var c00 = FloatVector.fromMemorySegment(F, Ram.ALL, c, ORDER);
        var c01 = FloatVector.fromMemorySegment(F, Ram.ALL, c + W, ORDER);
        var c02 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * W, ORDER);
        var c03 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * W, ORDER);
        for (int l = 0; l < k; l++) {
            long p = b + pitch * Ram.index(l);
            var b0 = FloatVector.fromMemorySegment(F, Ram.ALL, p, ORDER);
            var b1 = FloatVector.fromMemorySegment(F, Ram.ALL, p + W, ORDER);
            var b2 = FloatVector.fromMemorySegment(F, Ram.ALL, p + 2 * W, ORDER);
            var b3 = FloatVector.fromMemorySegment(F, Ram.ALL, p + 3 * W, ORDER);
            var x = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a)));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            a += columnStride;
        }
        c00.intoMemorySegment(Ram.ALL, c, ORDER);
        c01.intoMemorySegment(Ram.ALL, c + W, ORDER);
        c02.intoMemorySegment(Ram.ALL, c + 2 * W, ORDER);
        c03.intoMemorySegment(Ram.ALL, c + 3 * W, ORDER);
    }

    /// 8 sums: 4 rows of a with 2 vectors of b.
    private static void tile4x2(int n, int k, long a, long rowStride, long columnStride, long b, long c) {
        long pitch = 4 * Ram.index(n);
        b = Ram.bounded(b);
        c = Ram.bounded(c);
        var c00 = FloatVector.fromMemorySegment(F, Ram.ALL, c, ORDER);
        var c01 = FloatVector.fromMemorySegment(F, Ram.ALL, c + W, ORDER);
        var c10 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch, ORDER);
        var c11 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch + W, ORDER);
        var c20 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch, ORDER);
        var c21 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch + W, ORDER);
        var c30 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch, ORDER);
        var c31 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch + W, ORDER);
        long a1 = a + rowStride;
        long a2 = a + 2 * rowStride;
        long a3 = a + 3 * rowStride;
        for (int l = 0; l < k; l++) {
            long p = b + pitch * Ram.index(l);
            var b0 = FloatVector.fromMemorySegment(F, Ram.ALL, p, ORDER);
            var b1 = FloatVector.fromMemorySegment(F, Ram.ALL, p + W, ORDER);
            var x = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a)));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            var y = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a1)));
            c10 = y.fma(b0, c10);
            c11 = y.fma(b1, c11);
            var z = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a2)));
            c20 = z.fma(b0, c20);
            c21 = z.fma(b1, c21);
            var w = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a3)));
            c30 = w.fma(b0, c30);
            c31 = w.fma(b1, c31);
            a += columnStride;
            a1 += columnStride;
            a2 += columnStride;
            a3 += columnStride;
        }
        c00.intoMemorySegment(Ram.ALL, c, ORDER);
        c01.intoMemorySegment(Ram.ALL, c + W, ORDER);
        c10.intoMemorySegment(Ram.ALL, c + pitch, ORDER);
        c11.intoMemorySegment(Ram.ALL, c + pitch + W, ORDER);
        c20.intoMemorySegment(Ram.ALL, c + 2 * pitch, ORDER);
        c21.intoMemorySegment(Ram.ALL, c + 2 * pitch + W, ORDER);
        c30.intoMemorySegment(Ram.ALL, c + 3 * pitch, ORDER);
        c31.intoMemorySegment(Ram.ALL, c + 3 * pitch + W, ORDER);
    }

    /// 4 sums: 4 rows of a with one vector of b.
    private static void tile4x1(int n, int k, long a, long rowStride, long columnStride, long b, long c) {
        long pitch = 4 * Ram.index(n);
        b = Ram.bounded(b);
        c = Ram.bounded(c);
        var c00 = FloatVector.fromMemorySegment(F, Ram.ALL, c, ORDER);
        var c10 = FloatVector.fromMemorySegment(F, Ram.ALL, c + pitch, ORDER);
        var c20 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 2 * pitch, ORDER);
        var c30 = FloatVector.fromMemorySegment(F, Ram.ALL, c + 3 * pitch, ORDER);
        long a1 = a + rowStride;
        long a2 = a + 2 * rowStride;
        long a3 = a + 3 * rowStride;
        for (int l = 0; l < k; l++) {
            long p = b + pitch * Ram.index(l);
            var b0 = FloatVector.fromMemorySegment(F, Ram.ALL, p, ORDER);
            var x = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a)));
            c00 = x.fma(b0, c00);
            var y = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a1)));
            c10 = y.fma(b0, c10);
            var z = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a2)));
            c20 = z.fma(b0, c20);
            var w = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a3)));
            c30 = w.fma(b0, c30);
            a += columnStride;
            a1 += columnStride;
            a2 += columnStride;
            a3 += columnStride;
        }
        c00.intoMemorySegment(Ram.ALL, c, ORDER);
        c10.intoMemorySegment(Ram.ALL, c + pitch, ORDER);
        c20.intoMemorySegment(Ram.ALL, c + 2 * pitch, ORDER);
        c30.intoMemorySegment(Ram.ALL, c + 3 * pitch, ORDER);
    }

    /// The rows that are left over beside one vector.
    private static void tile1x1(int n, int k, long a, long columnStride, long b, long c) {
        long pitch = 4 * Ram.index(n);
        b = Ram.bounded(b);
        c = Ram.bounded(c);
        var c00 = FloatVector.fromMemorySegment(F, Ram.ALL, c, ORDER);
        for (int l = 0; l < k; l++) {
            long p = b + pitch * Ram.index(l);
            var b0 = FloatVector.fromMemorySegment(F, Ram.ALL, p, ORDER);
            var x = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, Ram.bounded(a)));
            c00 = x.fma(b0, c00);
            a += columnStride;
        }
        c00.intoMemorySegment(Ram.ALL, c, ORDER);
    }

    /// c = a · b for a vector b: four rows of a at a time, a sum across the lanes of each.
    private static void dots(int m, int k, long a, long rowStride, long b, long c) {
        b = Ram.bounded(b);
        int i = 0;
        for (; i <= m - 4; i += 4) {
            long r0 = Ram.bounded(a + i * rowStride);
            long r1 = Ram.bounded(r0 + rowStride);
            long r2 = Ram.bounded(r0 + 2 * rowStride);
            long r3 = Ram.bounded(r0 + 3 * rowStride);
            var s0 = FloatVector.zero(F);
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            for (int l = 0; l < k; l += L) {
                long o = 4 * Ram.index(l);
                var x = FloatVector.fromMemorySegment(F, Ram.ALL, b + o, ORDER);
                s0 = FloatVector.fromMemorySegment(F, Ram.ALL, r0 + o, ORDER).fma(x, s0);
                s1 = FloatVector.fromMemorySegment(F, Ram.ALL, r1 + o, ORDER).fma(x, s1);
                s2 = FloatVector.fromMemorySegment(F, Ram.ALL, r2 + o, ORDER).fma(x, s2);
                s3 = FloatVector.fromMemorySegment(F, Ram.ALL, r3 + o, ORDER).fma(x, s3);
            }
            Ram.ALL.set(FLOAT, c + 4L * i, s0.reduceLanes(VectorOperators.ADD));
            Ram.ALL.set(FLOAT, c + 4L * i + 4, s1.reduceLanes(VectorOperators.ADD));
            Ram.ALL.set(FLOAT, c + 4L * i + 8, s2.reduceLanes(VectorOperators.ADD));
            Ram.ALL.set(FLOAT, c + 4L * i + 12, s3.reduceLanes(VectorOperators.ADD));
        }
        for (; i < m; i++) {
            long row = Ram.bounded(a + i * rowStride);
            var s = FloatVector.zero(F);
            for (int l = 0; l < k; l += L)
                s = FloatVector.fromMemorySegment(F, Ram.ALL, row + 4 * Ram.index(l), ORDER)
                    .fma(FloatVector.fromMemorySegment(F, Ram.ALL, b + 4 * Ram.index(l), ORDER), s);
            Ram.ALL.set(FLOAT, c + 4L * i, s.reduceLanes(VectorOperators.ADD));
        }
    }

    /// c = c · factor + a · b for a vector b, where the columns of a are dense: rows of c in the lanes.
    private static void sums(int m, int k, long a, long columnStride, long b, long factors, long c) {
        float factor = factors == 0 ? 0 : Ram.ALL.get(FLOAT, factors);
        b = Ram.bounded(b);
        int i = 0;
        for (; i <= m - 4 * L; i += 4 * L) {
            long y = c + 4L * i;
            var s0 = FloatVector.zero(F);
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            if (factors != 0) {
                s0 = FloatVector.fromMemorySegment(F, Ram.ALL, y, ORDER).mul(factor);
                s1 = FloatVector.fromMemorySegment(F, Ram.ALL, y + W, ORDER).mul(factor);
                s2 = FloatVector.fromMemorySegment(F, Ram.ALL, y + 2 * W, ORDER).mul(factor);
                s3 = FloatVector.fromMemorySegment(F, Ram.ALL, y + 3 * W, ORDER).mul(factor);
            }
            long column = a + 4L * i;
            for (int l = 0; l < k; l++) {
                column = Ram.bounded(column);
                var p = FloatVector.broadcast(F, Ram.ALL.get(FLOAT, b + 4 * Ram.index(l)));
                s0 = FloatVector.fromMemorySegment(F, Ram.ALL, column, ORDER).fma(p, s0);
                s1 = FloatVector.fromMemorySegment(F, Ram.ALL, column + W, ORDER).fma(p, s1);
                s2 = FloatVector.fromMemorySegment(F, Ram.ALL, column + 2 * W, ORDER).fma(p, s2);
                s3 = FloatVector.fromMemorySegment(F, Ram.ALL, column + 3 * W, ORDER).fma(p, s3);
                column += columnStride;
            }
            s0.intoMemorySegment(Ram.ALL, y, ORDER);
            s1.intoMemorySegment(Ram.ALL, y + W, ORDER);
            s2.intoMemorySegment(Ram.ALL, y + 2 * W, ORDER);
            s3.intoMemorySegment(Ram.ALL, y + 3 * W, ORDER);
        }
        for (; i < m; i += L) {
            long y = c + 4L * i;
            var s = factors == 0 ? FloatVector.zero(F)
                : FloatVector.fromMemorySegment(F, Ram.ALL, y, ORDER).mul(factor);
            for (int l = 0; l < k; l++)
                s = FloatVector.fromMemorySegment(F, Ram.ALL, Ram.bounded(a + 4L * i + l * columnStride), ORDER)
                    .fma(FloatVector.broadcast(F, Ram.ALL.get(FLOAT, b + 4 * Ram.index(l))), s);
            s.intoMemorySegment(Ram.ALL, y, ORDER);
        }
    }

    @Override public void softmax(int keys, int n, long scores, long max, long sum, long factors) {
        if (n == 1) {
            softmax(keys, scores, max, sum, factors);
            return;
        }
        long pitch = 4L * n;
        for (long o = 0; o < pitch; o += W) {
            var before = FloatVector.fromMemorySegment(F, Ram.ALL, max + o, ORDER);
            var m0 = before;
            var m1 = before;
            long at = scores + o;
            for (int i = keys >> 1; i > 0; i--, at += 2 * pitch) {
                var v0 = FloatVector.fromMemorySegment(F, Ram.ALL, at, ORDER);
                var v1 = FloatVector.fromMemorySegment(F, Ram.ALL, at + pitch, ORDER);
                m0 = m0.blend(v0, v0.compare(VectorOperators.GT, m0));
                m1 = m1.blend(v1, v1.compare(VectorOperators.GT, m1));
            }
            if ((keys & 1) != 0) {
                var v = FloatVector.fromMemorySegment(F, Ram.ALL, at, ORDER);
                m0 = m0.blend(v, v.compare(VectorOperators.GT, m0));
            }
            m0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
            m0.intoMemorySegment(Ram.ALL, max + o, ORDER);
            var shift = m0.blend(0f, m0.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));

            // The factor is one more exponential: its turn comes first, through the memory where it will stand.
            before.intoMemorySegment(Ram.ALL, factors + o, ORDER);
            var total = FloatVector.zero(F);
            at = factors + o;
            for (int i = 0; i <= keys; i++) {
                var v = FloatVector.fromMemorySegment(F, Ram.ALL, at, ORDER).sub(shift);
                var t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND));
                var k = t.sub(ROUND);
                var r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
                r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
                var p = r.fma(FloatVector.broadcast(F, 1.9875691500e-4f), FloatVector.broadcast(F, 1.3981999507e-3f));
                p = p.fma(r, FloatVector.broadcast(F, 8.3334519073e-3f));
                p = p.fma(r, FloatVector.broadcast(F, 4.1665795894e-2f));
                p = p.fma(r, FloatVector.broadcast(F, 1.6666665459e-1f));
                p = p.fma(r, FloatVector.broadcast(F, 5.0000001201e-1f));
                p = p.fma(r.mul(r), r).add(1f);
                var e = p.mul(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
                    .blend(0f, v.compare(VectorOperators.LT, SMALLEST));
                e.intoMemorySegment(Ram.ALL, at, ORDER);
                total = i == 0 ? e.mul(FloatVector.fromMemorySegment(F, Ram.ALL, sum + o, ORDER)) : total.add(e);
                at = scores + o + i * pitch;
            }
            total.intoMemorySegment(Ram.ALL, sum + o, ORDER);
        }
    }

    /// The same for one query, keys in the lanes.
    private static void softmax(int keys, long scores, long max, long sum, long factors) {
        float before = Ram.ALL.get(FLOAT, max);
        float m = Math.max(before, ROWS.max(scores, keys));
        float shift = m == Float.NEGATIVE_INFINITY ? 0 : m;
        float factor = (float) Math.exp(before - shift);
        Ram.ALL.set(FLOAT, max, m);
        Ram.ALL.set(FLOAT, sum, Ram.ALL.get(FLOAT, sum) * factor + ROWS.exp(scores, keys, shift, scores));
        Ram.ALL.set(FLOAT, factors, factor);
    }

    @Override public void softmaxGradient(int keys, int n, long weights, long delta, long c) {
        long w = Ram.bounded(weights), at = Ram.bounded(c), d = Ram.bounded(delta);
        for (int i = 0; i < keys; i++, w += 4L * n, at += 4L * n)
            for (int j = 0; j < n; j += L) {
                long o = 4 * Ram.index(j);
                FloatVector.fromMemorySegment(F, Ram.ALL, at + o, ORDER)
                    .sub(FloatVector.fromMemorySegment(F, Ram.ALL, d + o, ORDER))
                    .mul(FloatVector.fromMemorySegment(F, Ram.ALL, w + o, ORDER))
                    .intoMemorySegment(Ram.ALL, at + o, ORDER);
            }
    }

    @Override public void dots(int m, int n, long a, long b, long sums) {
        for (int j = 0; j < n; j += L) {
            long x = Ram.bounded(a + 4L * j), y = Ram.bounded(b + 4L * j);
            var sum = FloatVector.zero(F);
            for (int i = 0; i < m; i++, x += 4L * n, y += 4L * n)
                sum = FloatVector.fromMemorySegment(F, Ram.ALL, x, ORDER)
                    .fma(FloatVector.fromMemorySegment(F, Ram.ALL, y, ORDER), sum);
            sum.intoMemorySegment(Ram.ALL, sums + 4L * j, ORDER);
        }
    }
}
