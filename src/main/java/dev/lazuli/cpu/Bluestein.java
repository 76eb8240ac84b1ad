package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;
import java.lang.foreign.MemorySegment;

/// A transform of any length n, a prime one for example, as a convolution with a chirp, `c[j] = e^(-πi·j²/n)`:
/// `y[k] = c[k] · Σ_j (x[j] · c[j]) · conj(c[k-j])`, by transforms of a convenient length of at least 2n - 1.
final class Bluestein implements FourierPlan {
    private final int n, m;
    private final FourierPlan longer;
    private final FourierKernel kernel;
    private final Buffer chirp;
    /// The transform of the chirp's conjugates, over m.
    private final Buffer spectrum;

    Bluestein(int n, Provider provider) {
        this.n = n;
        m = convenient(2L * n - 1);
        longer = FourierPlan.of(m, provider);
        kernel = provider.fourier();
        chirp = Roots.table(2L * n);
        spectrum = Roots.table(2L * m);
        for (long j = 0; j < n; j++) {
            long square = j * j % (2L * n);
            Roots.set(chirp.address() + 8 * j, Roots.cos(square, 2L * n));
            Roots.set(chirp.address() + 8 * j + 4, -Roots.sin(square, 2L * n));
        }
        var scratch = Scratch.current();
        long x = scratch.take(8L * m);
        for (long j = 0; j < m; j++) {
            long square = Math.min(j, m - j), turn = square < n ? square * square % (2L * n) : -1;
            Roots.set(x + 8 * j, turn < 0 ? 0 : Roots.cos(turn, 2L * n));
            Roots.set(x + 8 * j + 4, turn < 0 ? 0 : Roots.sin(turn, 2L * n));
        }
        longer.run(x, 8L * m, 8, spectrum.address(), 1, false, 1f / m);
        scratch.release(x);
    }

    /// The smallest power of two, or 3, 5 or 9 times one, from a length on.
    private static int convenient(long least) {
        long best = Long.MAX_VALUE;
        for (int odd : new int[] {1, 3, 5, 9}) {
            long m = odd;
            while (m < least) m *= 2;
            best = Math.min(best, m);
        }
        return Math.toIntExact(best);
    }

    @Override public void run(long x, long row, long step, long y, long rows, boolean backward, float scale) {
        longer.forGroups(rows, m, 16L * m, kernel.lanes(), (first, count, u) -> {
            long v = u + 8L * m * count;
            for (int i = 0; i < count; i++) {
                long at = u + 8L * m * i;
                multiply(x + (first + i) * row, chirp, backward, n, at);
                MemorySegment.ofAddress(at + 8L * n).reinterpret(8L * (m - n)).fill((byte) 0);
            }
            longer.run(u, 8L * m, 8, v, count, false, 1);
            for (int i = 0; i < count; i++) multiply(v + 8L * m * i, spectrum, backward, m, v + 8L * m * i);
            longer.run(v, 8L * m, 8, u, count, true, scale);
            for (int i = 0; i < count; i++) multiply(u + 8L * m * i, chirp, backward, n, y + 8L * n * (first + i));
        });
    }

    private void multiply(long x, Buffer by, boolean conjugate, long count, long y) {
        if (count < LONG) kernel.multiply(x, by.address(), conjugate, count, y);
        else Workers.forRange(count, LONG / 2, (from, to) ->
            kernel.multiply(x + 8 * from, by.address() + 8 * from, conjugate, to - from, y + 8 * from));
    }
}
