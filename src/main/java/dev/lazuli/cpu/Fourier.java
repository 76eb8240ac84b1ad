package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Fourier.Kind;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// Fourier transforms along the last axis, rows in parallel, or within a row if it is long.
///
/// Real rows of even length are transformed as complex ones of half the length, which they are in memory.
public final class Fourier {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final int LONGEST = 1 << 21;
    private static final Recent<Integer, Buffer> TURNS = new Recent<>(16);

    private final Provider provider;
    private final FourierKernel kernel;

    public Fourier(Provider provider) {
        this.provider = provider;
        kernel = provider.fourier();
    }

    /// @param n the length, see [dev.lazuli.graph.Fourier]; the types are the kind's
    public void run(Kind kind, Operand x, int n, float scale, Operand out) {
        if (out.shape().size() == 0) return;
        var plan = FourierPlan.of(isHalved(kind, n) ? n / 2 : n, provider);
        boolean complex = kind == Kind.FORWARD || kind == Kind.BACKWARD;
        if (complex && (x.stride(-1) == 1 || plan.isStrided())) complex(plan, x, kind == Kind.BACKWARD, scale, out);
        else if (!x.isContiguous()) dense(kind, x, n, scale, out);
        else {
            long rows = Strides.count(x, x.rank() - 1);
            int half = n / 2 + 1;
            var turns = n % 2 != 0 ? null : n <= LONGEST ? TURNS.get(n, Fourier::turns) : turns(n);
            long table = turns == null ? 0 : turns.address();
            switch (kind) {
                case FORWARD, BACKWARD -> throw new AssertionError("dense rows have stride 1");
                case REAL -> plan.forGroups(rows, n, 16L * n, kernel.lanes(), (r, count, memory) ->
                    real(plan, x.address() + 4L * n * r, n, table, scale, out.address() + 8L * half * r, count,
                        memory));
                case HERMITIAN -> plan.forGroups(rows, n, 16L * n, kernel.lanes(), (r, count, memory) ->
                    hermitian(plan, x.address() + 8L * half * r, n, table, scale, out.address() + 4L * n * r, count,
                        memory));
            }
            Reference.reachabilityFence(turns);
        }
        Reference.reachabilityFence(plan);
    }

    private static boolean isHalved(Kind kind, int n) {
        return n % 2 == 0 && (kind == Kind.REAL || kind == Kind.HERMITIAN);
    }

    private void dense(Kind kind, Operand x, int n, float scale, Operand out) {
        var copy = Pool.allocate("fft", x.shape().size() * x.dtype().bytes());
        try {
            var to = new Operand(x.dtype(), x.shape(), Layout.of(x.shape()).strides(), copy.address());
            Copies.copy(x, to);
            run(kind, to, n, scale, out);
        } finally {
            Pool.release(copy);
        }
    }

    private static void complex(FourierPlan plan, Operand x, boolean backward, float scale, Operand out) {
        long n = x.dim(-1), all = Strides.count(x, x.rank() - 1), step = 8 * x.stride(-1);
        if (x.isContiguous() || x.rank() < 3) {
            plan.run(x.address(), x.rank() < 2 || x.isContiguous() ? 8 * n : 8 * x.stride(-2), step, out.address(), all,
                backward, scale);
            return;
        }
        int axes = x.rank() - 2;
        long rows = x.dim(-2), row = 8 * x.stride(-2);
        Workers.forRange(Strides.count(x, axes), Strides.grain(n * rows), (from, to) -> {
            for (long i = from; i < to; i++)
                plan.run(Strides.address(x, axes, i), row, step, out.address() + 8 * n * rows * i, rows, backward,
                    scale);
        });
    }

    private void real(FourierPlan plan, long x, int n, long turns, float scale, long y, int rows, long memory) {
        int h = n / 2;
        if (n % 2 != 0) {
            long spectrum = memory + 8L * n * rows;
            for (long i = 0; i < (long) n * rows; i++) {
                set(memory + 8 * i, get(x + 4 * i));
                set(memory + 8 * i + 4, 0);
            }
            plan.run(memory, 8L * n, 8, spectrum, rows, false, scale);
            for (int r = 0; r < rows; r++)
                MemorySegment.copy(Ram.ALL, spectrum + 8L * n * r, Ram.ALL, y + 8L * (h + 1) * r, 8L * (h + 1));
            return;
        }
        plan.run(x, 4L * n, 8, memory, rows, false, scale);
        for (int r = 0; r < rows; r++) {
            long z = memory + 8L * h * r, to = y + 8L * (h + 1) * r;
            float even = get(z), odd = get(z + 4);
            set(to, even + odd);
            set(to + 4, 0);
            set(to + 8L * h, even - odd);
            set(to + 8L * h + 4, 0);
            mirror(z, n / 2, turns, false, to);
        }
    }

    private void hermitian(FourierPlan plan, long x, int n, long turns, float scale, long y, int rows, long memory) {
        int h = n / 2;
        if (n % 2 != 0) {
            for (int r = 0; r < rows; r++) {
                long from = x + 8L * (h + 1) * r, to = memory + 8L * n * r;
                set(to, get(from));
                set(to + 4, 0);
                for (long k = 1; k <= h; k++) {
                    float re = get(from + 8 * k), im = get(from + 8 * k + 4);
                    set(to + 8 * k, re);
                    set(to + 8 * k + 4, im);
                    set(to + 8 * (n - k), re);
                    set(to + 8 * (n - k) + 4, -im);
                }
            }
            long result = memory + 8L * n * rows;
            plan.run(memory, 8L * n, 8, result, rows, true, scale);
            for (long i = 0; i < (long) n * rows; i++) set(y + 4 * i, get(result + 8 * i));
            return;
        }
        for (int r = 0; r < rows; r++) {
            long from = x + 8L * (h + 1) * r, z = memory + 8L * h * r;
            float first = get(from), last = get(from + 8L * h);
            set(z, 0.5f * (first + last));
            set(z + 4, 0.5f * (first - last));
            mirror(from, n / 2, turns, true, z);
        }
        plan.run(memory, 8L * h, 8, y, rows, true, 2 * scale);
    }

    private static float get(long at) { return Ram.ALL.get(FLOAT, at); }

    private static void set(long at, float value) { Ram.ALL.set(FLOAT, at, value); }

    private void mirror(long x, int half, long turns, boolean backward, long y) {
        if (half < FourierPlan.LONG) kernel.mirror(x, half, turns, backward, 1, half, y);
        else Workers.forRange(half - 1, FourierPlan.LONG / 2, (from, to) ->
            kernel.mirror(x, half, turns, backward, from + 1, to + 1, y));
    }

    /// What the difference of two mirrored numbers of half the length is turned by: `-i/2 · e^(-2πi·k/n)`.
    private static Buffer turns(int n) {
        var table = Roots.table(n);
        for (int k = 0; k < n / 2; k++) {
            Roots.set(table.address() + 8L * k, -0.5 * Roots.sin(k, n));
            Roots.set(table.address() + 8L * k + 4, -0.5 * Roots.cos(k, n));
        }
        return table;
    }
}
