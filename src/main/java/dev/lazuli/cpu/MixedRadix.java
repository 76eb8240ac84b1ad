package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A transform of a length with small prime factors: one pass over a bundle for each radix, as many transforms at a
/// time as the kernel has lanes.
final class MixedRadix implements FourierPlan {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    final int n;
    private final FourierKernel kernel;
    private final PackKernel pack;
    private final RowKernels rows;
    private final List<Pass> passes = new ArrayList<>();

    private record Pass(int radix, int m, int s, Buffer roots, Buffer twiddles) {}

    MixedRadix(int n, Provider provider) {
        this.n = n;
        kernel = provider.fourier();
        pack = provider.pack();
        rows = provider.rows();
        int s = 1;
        for (int radix : radices(n)) {
            passes.add(pass(radix, n / s / radix, s));
            s *= radix;
        }
    }

    /// The best comes last, where there are no twiddles.
    private List<Integer> radices(int rest) {
        var all = new ArrayList<Integer>();
        for (int r : kernel.radices()) for (; rest % r == 0; rest /= r) all.add(r);
        for (int r = 3; rest > 1; r += 2) for (; rest % r == 0; rest /= r) all.add(r);
        return all.reversed();
    }

    private static Pass pass(int radix, int m, int s) {
        var roots = Roots.table(2 * radix);
        for (int j = 0; j < radix; j++) {
            Roots.set(roots.address() + 8L * j, Roots.cos(j, radix));
            Roots.set(roots.address() + 8L * j + 4, Roots.sin(j, radix));
        }
        var twiddles = Roots.table(3L * m * (radix - 1));
        long at = twiddles.address();
        for (int p = 0; p < m; p++)
            for (int k = 1; k < radix; k++, at += 12) {
                double sin = Roots.sin((long) p * k, (long) m * radix);
                Roots.set(at, Roots.cos((long) p * k, (long) m * radix));
                Roots.set(at + 4, -sin);
                Roots.set(at + 8, sin);
            }
        return new Pass(radix, m, s, roots, twiddles);
    }

    /// Bytes of a bundle.
    long bytes() { return 8L * n * kernel.lanes(); }

    /// Transforms bundle a, with bundle b for what is in between; the result is in the one returned.
    long transform(long a, long b, boolean backward, int count) {
        for (var p : passes) {
            kernel.pass(p.radix, a, b, p.roots.address(), p.twiddles.address(), p.m, p.s, backward, count);
            long t = a;
            a = b;
            b = t;
        }
        return a;
    }

    @Override public boolean isStrided() { return true; }

    @Override public void run(long x, long row, long step, long y, long count, boolean backward, float scale) {
        long grain = Math.ceilDiv(Strides.grain(n), kernel.lanes()) * kernel.lanes();
        if (count <= grain) some(x, row, step, y, 0, count, backward, scale);
        else Workers.forRange(count, grain, (from, to) -> some(x, row, step, y, from, to, backward, scale));
    }

    private void some(long x, long row, long step, long y, long from, long to, boolean backward, float scale) {
        int lanes = kernel.lanes();
        var scratch = Scratch.current();
        long a = scratch.take(2 * bytes());
        for (long r = from; r < to; r += lanes) {
            int some = (int) Math.min(lanes, to - r);
            if (some < lanes && to - from > lanes) r = to - (some = lanes); // some are done twice
            load(x + r * row, row, step, some, a);
            long done = transform(a, a + bytes(), backward, some);
            if (scale != 1) rows.scale(done, 2L * n * lanes, scale, done);
            if (some == lanes) kernel.rows(done, n, y + r * 8 * n, 8L * n);
            else pack.transpose(done, 4L * lanes, 2 * n, some, 2 * n, y + r * 8 * n);
        }
        scratch.release(a);
    }

    private void load(long x, long row, long step, int some, long a) {
        int lanes = kernel.lanes();
        if (some == lanes && step == 8) {
            pack.transpose(x, row, lanes, 2 * n, lanes, a);
        } else if (some == lanes && row == 8) {
            kernel.split(x, step, n, a);
        } else {
            if (some < lanes) MemorySegment.ofAddress(a).reinterpret(bytes()).fill((byte) 0);
            for (int k = 0; k < n; k++)
                for (int j = 0; j < some; j++) {
                    long from = x + j * row + k * step, to = a + 4L * (2L * k * lanes + j);
                    Ram.ALL.set(FLOAT, to, Ram.ALL.get(FLOAT, from));
                    Ram.ALL.set(FLOAT, to + 4L * lanes, Ram.ALL.get(FLOAT, from + 4));
                }
        }
    }
}
