package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;

/// A transform of length a·b as a grid of a rows and b columns: the columns are transformed, turned by a root of unity
/// each number, and written as rows; then the columns of those are.
///
/// Both times as many neighbouring columns as the kernel has lanes are a bundle, which fits a core's cache.
final class FourierGrid implements FourierPlan {
    /// Complex numbers between rows in the middle, so that a column does not fall into one set of the cache.
    private static final int GAP = 8;
    /// Up to this length each number has a root of its own; for more it is the product of two.
    private static final int WHOLE_TABLE = 1 << 13;
    /// Bytes of bundles that are worked on at a time.
    private static final long SECOND_CACHE = 640 << 10;

    private final int n;
    private final MixedRadix down, across;
    private final int low;
    /// Floats from a table's row to the next: not a power of two, for the same reason.
    private final int width;
    private final Buffer fine, coarse;
    private final FourierKernel kernel;
    private final RowKernels rows;

    /// The best number of columns, 0 if there is none with enough of both.
    static int columns(int n, int lanes) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int a = lanes; (long) a * a <= n; a++) {
            int b = n / a;
            if (a * b != n || b < lanes) continue;
            long cost = Math.ceilDiv(b, lanes) * (long) a + Math.ceilDiv(a, lanes) * (long) b; // numbers of bundles
            if (cost <= least) {
                least = cost;
                best = b;
            }
        }
        return best;
    }

    FourierGrid(int n, int columns, Provider provider) {
        this.n = n;
        down = new MixedRadix(n / columns, provider);
        across = new MixedRadix(columns, provider);
        kernel = provider.fourier();
        rows = provider.rows();
        low = n <= WHOLE_TABLE ? down.n : (int) Math.sqrt(down.n);
        width = across.n + 2 * GAP;
        fine = table(low, 1);
        coarse = table(Math.ceilDiv(down.n, low), low);
    }

    /// For i below `count`, and each column, the root `i · step · column`: a row of real parts and one of imaginary.
    private Buffer table(int count, int step) {
        var table = Roots.table(2L * count * width);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < across.n; j++) {
                long at = table.address() + 4 * (2L * i * width + j);
                Roots.set(at, Roots.cos((long) i * step * j, n));
                Roots.set(at + 4L * width, -Roots.sin((long) i * step * j, n));
            }
        return table;
    }

    @Override public void run(long x, long row, long step, long y, long count, boolean backward, float scale) {
        forGroups(count, n, 8L * (down.n + GAP) * across.n, 1, (r, one, middle) ->
            one(x + r * row, y + r * 8 * n, middle, backward, scale));
    }

    private void one(long x, long y, long middle, boolean backward, float scale) {
        int length = down.n + GAP;
        int lanes = kernel.lanes();
        bundles(across.n, down, x, 8L * across.n, backward, (j, some, done, apart) -> {
            for (int b = 0; b < some; b++) {
                long column = j + b * lanes;
                twist(done + b * apart, column, backward);
                kernel.rows(done + b * apart, down.n, middle + 8 * column * length, 8L * length);
            }
        });
        bundles(down.n, across, middle, 8L * length, backward, (k, some, done, apart) -> {
            if (scale != 1) rows.scale(done, some * apart / 4, scale, done);
            kernel.join(done, apart, some, across.n, y + 8 * k, 8L * down.n);
        });
    }

    private void twist(long bundle, long column, boolean backward) {
        int high = down.n / low, rest = down.n % low;
        long c = coarse.address() + 4 * column, f = fine.address() + 4 * column;
        kernel.twist(bundle, high, low, c, f, width, backward);
        if (rest > 0)
            kernel.twist(bundle + 8L * kernel.lanes() * high * low, 1, rest, c + 8L * width * high, f, width,
                backward);
    }

    /// What is done with transformed columns from one on, some bundles of them, which are so many bytes apart.
    private interface Columns { void run(long first, int some, long done, long apart); }

    /// Transforms all columns, up to 4 bundles at a time: what is read and written of a row is then several lines of
    /// cache, which is three times as fast.
    private void bundles(int columns, MixedRadix plan, long x, long step, boolean backward, Columns body) {
        int lanes = kernel.lanes();
        int most = 8L * n < SECOND_CACHE ? 1 : (int) Math.clamp(SECOND_CACHE / plan.bytes() - 1, 1, 4);
        Workers.forRange(columns, (long) most * lanes, (from, to) -> {
            var scratch = Scratch.current();
            long a = scratch.take(plan.bytes() * (most + 1));
            try {
                for (long j = from; j < to; ) {
                    int some = (int) Math.min(most, (to - j) / lanes);
                    if (some == 0) {
                        some = 1; // some columns are done twice
                        j = to - lanes;
                    }
                    body.run(j, some, transform(plan, x + 8 * j, step, some, a, backward), plan.bytes());
                    j += (long) some * lanes;
                }
            } finally {
                scratch.release(a);
            }
        });
    }

    /// With one bundle more than are read, for what is in between: either that stays the same, or each finds room where
    /// the one after it was.
    private long transform(MixedRadix plan, long x, long step, int some, long a, boolean backward) {
        long apart = plan.bytes();
        kernel.split(x, step, plan.n, some, a, apart);
        for (int b = some - 1; b >= 0; b--)
            plan.transform(a + b * apart, a + (plan.returns() ? some : b + 1) * apart, backward, kernel.lanes());
        return plan.returns() ? a : a + apart;
    }
}
