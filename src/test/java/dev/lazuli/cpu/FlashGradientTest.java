package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.cpu.FlashAttentionTest.Case;
import dev.lazuli.cpu.FlashAttentionTest.Mask;
import dev.lazuli.type.Dtype;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlashGradientTest {
    static List<Provider> providers() { return Provider.all(); }

    @ParameterizedTest @MethodSource("providers") void everyShapeAndMask(Provider provider) {
        var random = new Random(3);
        for (var c : FlashAttentionTest.CASES)
            for (var mask : Mask.values())
                if (mask != Mask.NOTHING_VISIBLE) check(provider, random, c, mask, Dtype.FLOAT32, Layout.DENSE);
    }

    @ParameterizedTest @MethodSource("providers") void everyTypeAndLayout(Provider provider) {
        var random = new Random(4);
        for (var c : FlashAttentionTest.CASES.subList(0, 7))
            for (var layout : Layout.values())
                for (var dtype : List.of(Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16))
                    check(provider, random, c, Mask.CAUSAL, dtype, layout);
    }

    private static void check(Provider provider, Random random, Case c, Mask kind, Dtype dtype, Layout layout) {
        try (var arena = Arena.ofShared()) {
            var q = Data.random(Data.operand(arena, dtype, layout, c.b(), c.h(), c.tq(), c.d()), random);
            var k = Data.random(Data.operand(arena, dtype, layout, c.b(), c.g(), c.tk(), c.d()), random);
            var v = Data.random(Data.operand(arena, dtype, layout, c.b(), c.g(), c.tk(), c.dv()), random);
            var ct = Data.random(Data.operand(arena, dtype, layout, c.b(), c.h(), c.tq(), c.dv()), random);
            var mask = kind.mask(arena, random, c, dtype, layout);
            if (kind == Mask.BOTH) seeItself(mask);
            boolean causal = kind == Mask.CAUSAL || kind == Mask.BOTH;
            float scale = (float) (1 / Math.sqrt(c.d()));
            var result = Data.dense(arena, Dtype.FLOAT32, c.b(), c.h(), c.tq(), c.dv());
            new FlashAttention(provider).run(q, k, v, scale, causal, mask, null, result);
            int size = c.h() * c.tq() * c.d() + c.g() * c.tk() * (c.d() + c.dv());
            var out = Data.dense(arena, dtype, c.b(), size);
            new FlashGradient(provider).run(q, k, v, scale, causal, mask, result, ct, out);
            double tolerance = Data.tolerance(dtype) * 4;
            Data.assertClose(gradient(q, k, v, scale, causal, mask, ct), out, tolerance, tolerance,
                c + " " + kind + " " + dtype + " " + layout);
        }
    }

    // NaN of a query that sees nothing spreads to the keys of its block, not to all.
    private static void seeItself(Operand mask) {
        int tq = mask.dim(2), tk = mask.dim(3);
        for (int r = 0; r < mask.dim(0) * mask.dim(1) * tq; r++) {
            int own = r % tq + tk - tq;
            if (own >= 0) Elements.putDouble(mask.dtype(), Data.address(mask, (long) r * tk + own), 0);
        }
    }

    private static double[] gradient(Operand q, Operand k, Operand v, double scale, boolean causal, Operand mask,
                                     Operand ct) {
        int tq = q.dim(2), tk = k.dim(2), d = q.dim(3), dv = v.dim(3), heads = q.dim(1), group = heads / k.dim(1);
        double[] qs = Data.read(q), ks = Data.read(k), vs = Data.read(v), cs = Data.read(ct);
        var weights = FlashAttentionTest.weights(q, k, scale, causal, mask, null);
        int ofQueries = heads * tq * d, ofKeys = k.dim(1) * tk * d;
        int size = ofQueries + ofKeys + k.dim(1) * tk * dv;
        var out = new double[q.dim(0) * size];
        for (int r = 0; r < q.dim(0) * heads * tq; r++) {
            int b = r / tq / heads, head = r / tq / group, inner = head % k.dim(1);
            var p = weights[r];
            var given = new double[tk];
            double delta = 0;
            for (int j = 0; j < tk; j++) {
                for (int i = 0; i < dv; i++) given[j] += cs[r * dv + i] * vs[(head * tk + j) * dv + i];
                delta += p[j] * given[j];
            }
            for (int j = 0; j < tk; j++) {
                double s = p[j] * (given[j] - delta) * scale;
                for (int i = 0; i < d; i++) {
                    out[b * size + r % (heads * tq) * d + i] += s * ks[(head * tk + j) * d + i];
                    out[b * size + ofQueries + (inner * tk + j) * d + i] += s * qs[r * d + i];
                }
                for (int i = 0; i < dv; i++)
                    out[b * size + ofQueries + ofKeys + (inner * tk + j) * dv + i] += p[j] * cs[r * dv + i];
            }
        }
        return out;
    }
}
