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
        bundles(across.n, down, (j, a, b) -> {
            kernel.split(x + 8 * j, 8L * across.n, down.n, a);
            long done = down.transform(a, b, backward, kernel.lanes());
            twist(done, j, backward);
            kernel.rows(done, down.n, middle + 8 * j * length, 8L * length);
        });
        bundles(down.n, across, (k, a, b) -> {
            kernel.split(middle + 8 * k, 8L * length, across.n, a);
            long done = across.transform(a, b, backward, kernel.lanes());
            if (scale != 1) rows.scale(done, across.bytes() / 4, scale, done);
            kernel.join(done, across.n, y + 8 * k, 8L * down.n);
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

    /// Work on the columns from one on, as many as there are lanes, with two bundles.
    private interface Columns { void run(long first, long a, long b); }

    private void bundles(int columns, MixedRadix plan, Columns body) {
        int lanes = kernel.lanes();
        Workers.forRange(Math.ceilDiv(columns, lanes), Math.ceilDiv(Strides.grain(plan.n), lanes), (from, to) -> {
            var scratch = Scratch.current();
            long a = scratch.take(plan.bytes()), b = scratch.take(plan.bytes());
            try { // the last ones overlap, and some are done twice
                for (long g = from; g < to; g++) body.run(Math.min(g * lanes, columns - lanes), a, b);
            } finally {
                scratch.release(a);
            }
        });
    }
}
