package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;

/// Tables of roots of unity, `e^(-2πi·k/n)`, each number correctly rounded or next to it.
final class Roots {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private Roots() {}

    /// Memory that stays as long as the buffer is reachable, and counts in the limit.
    static Buffer table(long floats) { return Pool.keep(Pool.allocate("fft", 4 * Math.max(1, floats))); }

    static void set(long at, double value) { Ram.ALL.set(FLOAT, at, (float) value); }

    static double cos(long k, long n) {
        k = Math.floorMod(k, n);
        long quarters = 4 * Math.min(k, n - k); // of a right angle, over n: up to two
        return quarters > n ? -first(2 * n - quarters, n) : first(quarters, n);
    }

    static double sin(long k, long n) { return cos(4 * k - n, 4 * n); }

    // Within the first right angle, by the function that is exact at its nearer end.
    private static double first(long quarters, long n) {
        return 2 * quarters > n ? Math.sin(Math.PI / 2 * (n - quarters) / n) : Math.cos(Math.PI / 2 * quarters / n);
    }
}
