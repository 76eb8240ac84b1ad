package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.AttentionKernel;
import dev.lazuli.memory.Ram;

import java.lang.foreign.ValueLayout;

/// Attention's loops in plain Java, four queries at a time.
final class ScalarAttention implements AttentionKernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override public int width() { return 4; }

    @Override public void product(int m, int n, int k, long a, long rowStride, long columnStride, long b, long factors,
                                  long c) {
        for (int i = 0; i < m; i++) {
            long row = a + i * rowStride;
            int j = 0;
            for (; j <= n - 4; j += 4) {
                long y = c + 4L * ((long) i * n + j);
                float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
                if (factors != 0) {
                    long f = factors + 4L * j;
                    s0 = Ram.ALL.get(FLOAT, y) * Ram.ALL.get(FLOAT, f);
                    s1 = Ram.ALL.get(FLOAT, y + 4) * Ram.ALL.get(FLOAT, f + 4);
                    s2 = Ram.ALL.get(FLOAT, y + 8) * Ram.ALL.get(FLOAT, f + 8);
                    s3 = Ram.ALL.get(FLOAT, y + 12) * Ram.ALL.get(FLOAT, f + 12);
                }
                long x = b + 4L * j;
                for (int l = 0; l < k; l++) {
                    float v = Ram.ALL.get(FLOAT, row + l * columnStride);
                    s0 += v * Ram.ALL.get(FLOAT, x);
                    s1 += v * Ram.ALL.get(FLOAT, x + 4);
                    s2 += v * Ram.ALL.get(FLOAT, x + 8);
                    s3 += v * Ram.ALL.get(FLOAT, x + 12);
                    x += 4L * n;
                }
                Ram.ALL.set(FLOAT, y, s0);
                Ram.ALL.set(FLOAT, y + 4, s1);
                Ram.ALL.set(FLOAT, y + 8, s2);
                Ram.ALL.set(FLOAT, y + 12, s3);
            }
            for (; j < n; j++) {
                long y = c + 4L * ((long) i * n + j);
                float s = factors == 0 ? 0 : Ram.ALL.get(FLOAT, y) * Ram.ALL.get(FLOAT, factors + 4L * j);
                for (int l = 0; l < k; l++)
                    s += Ram.ALL.get(FLOAT, row + l * columnStride) * Ram.ALL.get(FLOAT, b + 4L * ((long) l * n + j));
                Ram.ALL.set(FLOAT, y, s);
            }
        }
    }

    @Override public void softmax(int keys, int n, long scores, long max, long sum, long factors) {
        for (long j = 0; j < n; j++) {
            float before = Ram.ALL.get(FLOAT, max + 4 * j);
            float m = before;
            for (long i = 0; i < keys; i++) {
                float s = Ram.ALL.get(FLOAT, scores + 4 * (i * n + j));
                if (s > m) m = s;
            }
            float shift = m == Float.NEGATIVE_INFINITY ? 0 : m;
            float factor = (float) Math.exp(before - shift);
            float total = Ram.ALL.get(FLOAT, sum + 4 * j) * factor;
            for (long i = 0; i < keys; i++) {
                long at = scores + 4 * (i * n + j);
                float e = (float) Math.exp(Ram.ALL.get(FLOAT, at) - shift);
                Ram.ALL.set(FLOAT, at, e);
                total += e;
            }
            Ram.ALL.set(FLOAT, max + 4 * j, m);
            Ram.ALL.set(FLOAT, sum + 4 * j, total);
            Ram.ALL.set(FLOAT, factors + 4 * j, factor);
        }
    }

    @Override public void softmaxGradient(int keys, int n, long weights, long delta, long c) {
        for (long i = 0; i < keys; i++)
            for (long j = 0; j < n; j++) {
                long at = 4 * (i * n + j);
                Ram.ALL.set(FLOAT, c + at, Ram.ALL.get(FLOAT, weights + at)
                    * (Ram.ALL.get(FLOAT, c + at) - Ram.ALL.get(FLOAT, delta + 4 * j)));
            }
    }

    @Override public void dots(int m, int n, long a, long b, long sums) {
        for (long j = 0; j < n; j++) {
            float sum = 0;
            for (long i = 0; i < m; i++)
                sum += Ram.ALL.get(FLOAT, a + 4 * (i * n + j)) * Ram.ALL.get(FLOAT, b + 4 * (i * n + j));
            Ram.ALL.set(FLOAT, sums + 4 * j, sum);
        }
    }
}
