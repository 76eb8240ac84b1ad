package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.Elements;
import dev.lazuli.cpu.RowKernels;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Row kernels in plain Java, sums in four accumulators.
final class ScalarRows implements RowKernels {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private static float at(long row, long i) { return Ram.ALL.get(FLOAT, row + 4 * i); }

    private static void set(long row, long i, float value) { Ram.ALL.set(FLOAT, row + 4 * i, value); }

    @Override public void load(Dtype dtype, long x, long n, long y) {
        switch (dtype) {
            case FLOAT16 -> {
                for (long i = 0; i < n; i++) set(y, i, Float.float16ToFloat(Ram.ALL.get(SHORT, x + 2 * i)));
            }
            case BFLOAT16 -> {
                for (long i = 0; i < n; i++) set(y, i, Float.intBitsToFloat(Ram.ALL.get(SHORT, x + 2 * i) << 16));
            }
            default -> MemorySegment.copy(Ram.ALL, x, Ram.ALL, y, 4 * n);
        }
    }

    @Override public void store(long x, long n, Dtype dtype, long y) {
        switch (dtype) {
            case FLOAT16 -> {
                for (long i = 0; i < n; i++) Ram.ALL.set(SHORT, y + 2 * i, Float.floatToFloat16(at(x, i)));
            }
            case BFLOAT16 -> {
                for (long i = 0; i < n; i++) Ram.ALL.set(SHORT, y + 2 * i, Elements.toBfloat16(at(x, i)));
            }
            default -> MemorySegment.copy(Ram.ALL, x, Ram.ALL, y, 4 * n);
        }
    }

    @Override public float max(long x, long n) {
        float max = Float.NEGATIVE_INFINITY;
        for (long i = 0; i < n; i++) {
            float v = at(x, i);
            if (v > max) max = v;
        }
        return max;
    }

    @Override public float exp(long x, long n, float shift, long y) {
        double sum = 0;
        for (long i = 0; i < n; i++) {
            float e = (float) Math.exp(at(x, i) - shift);
            set(y, i, e);
            sum += e;
        }
        return (float) sum;
    }

    @Override public void scale(long x, long n, float factor, long y) {
        for (long i = 0; i < n; i++) set(y, i, at(x, i) * factor);
    }

    @Override public float sum(long x, int n) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        long i = 0;
        for (; i < n - 3; i += 4) {
            s0 += at(x, i);
            s1 += at(x, i + 1);
            s2 += at(x, i + 2);
            s3 += at(x, i + 3);
        }
        for (; i < n; i++) s0 += at(x, i);
        return (s0 + s1) + (s2 + s3);
    }

    @Override public float squares(long x, int n, float mean) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        long i = 0;
        for (; i < n - 3; i += 4) {
            float d0 = at(x, i) - mean, d1 = at(x, i + 1) - mean, d2 = at(x, i + 2) - mean, d3 = at(x, i + 3) - mean;
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < n; i++) {
            float d = at(x, i) - mean;
            s0 += d * d;
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override public float normalize(long x, int n, float mean, float scale, long weight, long bias, long y,
                                     long next) {
        float ahead = 0;
        for (int i = 0; i < n; i++) {
            if (next != 0) ahead += at(next, i);
            float v = (at(x, i) - mean) * scale;
            if (weight != 0) v *= at(weight, i);
            if (bias != 0) v += at(bias, i);
            set(y, i, v);
        }
        return ahead;
    }

    @Override public void rotate(long x0, long x1, long cos, long sin, long n, long y0, long y1) {
        for (long i = 0; i < n; i++) {
            float a = at(x0, i), b = at(x1, i), c = at(cos, i), s = at(sin, i);
            set(y0, i, a * c - b * s);
            set(y1, i, a * s + b * c);
        }
    }
}
