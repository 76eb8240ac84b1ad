package dev.lazuli.cli;

import dev.lazuli.memory.Ram;

import java.lang.foreign.ValueLayout;

/// Limits of scalar code, for a process without the Vector API.
final class ScalarProbe implements Gauge.Probe {
    @Override public float sum(long address, long bytes) {
        long s0 = 0;
        long s1 = 0;
        long s2 = 0;
        long s3 = 0;
        for (long at = address, end = address + bytes; at < end; at += 32) {
            s0 += Ram.ALL.get(ValueLayout.JAVA_LONG, at);
            s1 += Ram.ALL.get(ValueLayout.JAVA_LONG, at + 8);
            s2 += Ram.ALL.get(ValueLayout.JAVA_LONG, at + 16);
            s3 += Ram.ALL.get(ValueLayout.JAVA_LONG, at + 24);
        }
        return s0 + s1 + s2 + s3;
    }

    @Override public float fma(int steps) {
        float a = 0;
        float b = 1;
        float c = 2;
        float d = 3;
        float e = 4;
        float f = 5;
        float g = 6;
        float h = 7;
        float i = 8;
        float j = 9;
        float k = 10;
        float l = 11;
        float m = 12;
        float n = 13;
        float o = 14;
        for (int step = 0; step < steps; step++) {
            a = Math.fma(a, 0.5f, 0.5f);
            b = Math.fma(b, 0.5f, 0.5f);
            c = Math.fma(c, 0.5f, 0.5f);
            d = Math.fma(d, 0.5f, 0.5f);
            e = Math.fma(e, 0.5f, 0.5f);
            f = Math.fma(f, 0.5f, 0.5f);
            g = Math.fma(g, 0.5f, 0.5f);
            h = Math.fma(h, 0.5f, 0.5f);
            i = Math.fma(i, 0.5f, 0.5f);
            j = Math.fma(j, 0.5f, 0.5f);
            k = Math.fma(k, 0.5f, 0.5f);
            l = Math.fma(l, 0.5f, 0.5f);
            m = Math.fma(m, 0.5f, 0.5f);
            n = Math.fma(n, 0.5f, 0.5f);
            o = Math.fma(o, 0.5f, 0.5f);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o;
    }

    @Override public int flops() { return 15 * 2; }
}
