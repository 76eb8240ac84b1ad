package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;

class FlashAttentionTest {
    enum Mask {
        NONE, CAUSAL, BOOL, ADDITIVE, BOTH, NOTHING_VISIBLE;

        /// An operand of what is hidden besides by causality, or null.
        Operand mask(Arena arena, Random random, Case c, Dtype dtype, Layout layout) {
            return switch (this) {
                case NONE, CAUSAL -> null;
                case BOOL -> repeated(Data.fill(Data.dense(arena, Dtype.BOOL, c.tq, c.tk),
                    () -> random.nextInt(3) > 0 ? 1 : 0), c);
                case ADDITIVE, BOTH -> Data.fill(Data.operand(arena, dtype, layout, c.b, c.h, c.tq, c.tk),
                    () -> random.nextInt(4) > 0 ? random.nextGaussian() : Double.NEGATIVE_INFINITY);
                case NOTHING_VISIBLE -> repeated(Data.dense(arena, Dtype.BOOL, c.tq, c.tk), c);
            };
        }
    }

    /// Axis lengths: batch, heads, key heads, queries, keys, features, value features.
    record Case(int b, int h, int g, int tq, int tk, int d, int dv) {}

    static final List<Case> CASES = List.of(
        new Case(1, 1, 1, 1, 1, 1, 1), new Case(2, 4, 2, 3, 5, 8, 8), new Case(1, 2, 1, 5, 3, 6, 7),
        new Case(1, 8, 1, 1, 200, 64, 64), new Case(1, 4, 4, 70, 70, 64, 64), new Case(2, 6, 2, 33, 130, 24, 40),
        new Case(1, 3, 3, 17, 65, 80, 96), new Case(1, 1, 1, 1, 5000, 16, 16), new Case(1, 4, 1, 2, 3001, 32, 32),
        new Case(1, 2, 2, 129, 129, 128, 128), new Case(2, 4, 2, 0, 5, 8, 8));

    static List<Provider> providers() { return Provider.all(); }

    @ParameterizedTest @MethodSource("providers") void everyShapeAndMask(Provider provider) {
        var random = new Random(3);
        for (var c : CASES)
            for (var mask : Mask.values())
                check(provider, random, c, mask, Dtype.FLOAT32, Dtype.FLOAT32, Layout.DENSE, false);
    }

    @ParameterizedTest @MethodSource("providers") void everyTypeAndLayout(Provider provider) {
        var random = new Random(4);
        var halves = List.of(Dtype.FLOAT16, Dtype.BFLOAT16);
        for (var c : CASES.subList(0, 7))
            for (var mask : Mask.values()) {
                for (var layout : Layout.values())
                    check(provider, random, c, mask, Dtype.FLOAT32, Dtype.FLOAT32, layout, layout == Layout.PADDED);
                for (var half : halves) {
                    check(provider, random, c, mask, Dtype.FLOAT32, half, Layout.DENSE, true);
                    check(provider, random, c, mask, half, half, Layout.PADDED, false);
                }
                check(provider, random, c, mask, Dtype.FLOAT64, Dtype.FLOAT64, Layout.PADDED, true);
            }
    }

    @ParameterizedTest @MethodSource("providers") void cachesOf32ThousandPositions(Provider provider) {
        for (var cache : List.of(Dtype.FLOAT32, Dtype.FLOAT16))
            check(provider, new Random(5), new Case(1, 4, 1, 1, 32768, 32, 32), Mask.CAUSAL, Dtype.FLOAT32, cache,
                Layout.DENSE, false);
    }

    private static void check(Provider provider, Random random, Case c, Mask kind, Dtype dtype, Dtype cache,
                              Layout layout, boolean withSinks) {
        try (var arena = Arena.ofShared()) {
            var q = Data.random(Data.operand(arena, dtype, layout, c.b, c.h, c.tq, c.d), random);
            var k = Data.random(Data.operand(arena, cache, layout, c.b, c.g, c.tk, c.d), random);
            var v = Data.random(Data.operand(arena, cache, layout, c.b, c.g, c.tk, c.dv), random);
            var out = Data.dense(arena, dtype, c.b, c.h, c.tq, c.dv);
            var sinks = withSinks ? Data.random(Data.dense(arena, dtype, c.h), random) : null;
            boolean causal = kind == Mask.CAUSAL || kind == Mask.BOTH;
            var mask = kind.mask(arena, random, c, dtype, layout);
            float scale = (float) (1 / Math.sqrt(c.d));
            new FlashAttention(provider).run(q, k, v, scale, causal, mask, sinks, out);
            double tolerance = Data.tolerance(dtype) * 2;
            Data.assertClose(attention(q, k, v, scale, causal, mask, sinks), out, tolerance, tolerance,
                c + " " + kind + " " + dtype + " " + cache + " " + layout);
        }
    }

    private static Operand repeated(Operand mask, Case c) {
        return new Operand(mask.dtype(), Shape.of(c.b, c.h, c.tq, c.tk), new long[] {0, 0, c.tk, 1}, mask.address());
    }

    private static double[] attention(Operand q, Operand k, Operand v, double scale, boolean causal, Operand mask,
                                      Operand sinks) {
        int tq = q.dim(2), tk = k.dim(2), dv = v.dim(3), group = q.dim(1) / k.dim(1);
        var vs = Data.read(v);
        var weights = weights(q, k, scale, causal, mask, sinks);
        var out = new double[weights.length * dv];
        for (int r = 0; r < weights.length; r++)
            for (int j = 0; j < tk; j++)
                for (int i = 0; i < dv; i++)
                    out[r * dv + i] += weights[r][j] * vs[(r / tq / group * tk + j) * dv + i];
        return out;
    }

    /// The share that each query gives each key.
    static double[][] weights(Operand q, Operand k, double scale, boolean causal, Operand mask, Operand sinks) {
        int tq = q.dim(2), tk = k.dim(2), d = q.dim(3), heads = q.dim(1), group = heads / k.dim(1);
        double[] qs = Data.read(q), ks = Data.read(k);
        double[] ms = mask == null ? null : Data.read(mask), ss = sinks == null ? null : Data.read(sinks);
        var all = new double[q.dim(0) * heads * tq][tk];
        for (int r = 0; r < all.length; r++) {
            int head = r / tq / group;
            var p = all[r];
            double sink = ss == null ? Double.NEGATIVE_INFINITY : ss[r / tq % heads];
            double max = sink;
            for (int j = 0; j < tk; j++) {
                for (int i = 0; i < d; i++) p[j] += qs[r * d + i] * ks[(head * tk + j) * d + i] * scale;
                if (causal && j > r % tq + tk - tq) p[j] = Double.NEGATIVE_INFINITY;
                if (ms != null) {
                    if (!mask.dtype().isBool()) p[j] += ms[r * tk + j];
                    else if (ms[r * tk + j] == 0) p[j] = Double.NEGATIVE_INFINITY;
                }
                max = Math.max(max, p[j]);
            }
            double sum = Math.exp(sink - max);
            for (int j = 0; j < tk; j++) sum += p[j] = Math.exp(p[j] - max);
            for (int j = 0; j < tk; j++) p[j] /= sum;
        }
        return all;
    }
}
