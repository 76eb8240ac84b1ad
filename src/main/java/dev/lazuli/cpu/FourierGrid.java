package dev.lazuli.cpu;

import dev.lazuli.memory.Buffer;

/// A transform of length a·b as a grid of a rows and b columns: the columns are transformed, turned by a root of unity
/// each number, and written as rows; then the columns of those are.
///
/// Both times as many neighbouring columns as the kernel has lanes are a bundle, which fits a core's cache. The columns
/// of a large grid often fall into a few sets of the caches, and lines that were written push each other out: so the
/// result is written as runs of several bundles, a few rows at a time.
final class FourierGrid implements FourierPlan {
    /// Complex numbers between rows in the middle, so that a column does not fall into one set of the cache.
    private static final int GAP = 8;
    /// Bundles in a run, and rows at a time: 1024 × 1024 numbers alone are written 6 times as fast as bundle by bundle.
    private static final int RUN = 4, ROWS = 4;
    /// Up to this length each number has a root of its own; for more it is the product of two.
    private static final int WHOLE_TABLE = 1 << 13;

    private final int n;
    private final MixedRadix down, across;
    private final int low;
    /// Floats from a table's row to the next: not a power of two, for the same reason.
    private final int width;
    private final Buffer fine, coarse;
    private final FourierKernel kernel;
    private final RowKernels scaling;

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
        scaling = provider.rows();
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
        if (count == 1 && n < LONG) {
            var scratch = Scratch.current();
            long middle = scratch.take(row() * across.n);
            one(x, y, middle, backward, scale);
            scratch.release(middle);
        } else forGroups(count, n, row() * across.n, 1, (r, one, middle) ->
            one(x + r * row, y + r * 8 * n, middle, backward, scale));
    }

    private void one(long x, long y, long middle, boolean backward, float scale) {
        int first = Math.ceilDiv(across.n, kernel.lanes()), second = Math.ceilDiv(down.n, kernel.lanes());
        if (n < FourierPlan.LONG) {
            down(x, middle, backward, 0, first);
            across(middle, y, backward, scale, 0, second);
            return;
        }
        long grain = Math.ceilDiv(Strides.grain(down.n), kernel.lanes()), run = RUN * Math.ceilDiv(grain, RUN);
        Workers.forRange(first, grain, (from, to) -> down(x, middle, backward, from, to));
        Workers.forRange(second, run, (from, to) -> across(middle, y, backward, scale, from, to));
    }

    /// Bundles of columns of x to rows; the last ones overlap, and some are done twice.
    private void down(long x, long rows, boolean backward, long from, long to) {
        var scratch = Scratch.current();
        long a = scratch.take(2 * down.bytes());
        for (long g = from; g < to; g++) {
            long column = Math.min(g * kernel.lanes(), across.n - kernel.lanes());
            kernel.split(x + 8 * column, 8L * across.n, down.n, a);
            long done = down.transform(a, a + down.bytes(), backward, kernel.lanes());
            twist(done, column, backward);
            kernel.rows(done, down.n, rows + column * row(), row());
        }
        scratch.release(a);
    }

    private void across(long rows, long y, boolean backward, float scale, long from, long to) {
        var scratch = Scratch.current();
        int run = n < LONG ? 1 : RUN;
        long bundles = scratch.take((run + 1) * across.bytes());
        var done = scratch.operands(run);
        for (long g = from; g < to; g += run) {
            int count = (int) Math.min(run, to - g);
            long free = bundles + count * across.bytes();
            for (int i = 0; i < count; i++) {
                long a = bundles + i * across.bytes();
                kernel.split(rows + 8 * column(g + i), row(), across.n, a);
                done[i] = across.transform(a, free, backward, kernel.lanes());
                if (done[i] == free) free = a;
                if (scale != 1) scaling.scale(done[i], across.bytes() / 4, scale, done[i]);
            }
            for (int k = 0, some = run == 1 ? across.n : ROWS; k < across.n; k += some)
                for (int i = 0; i < count; i++)
                    kernel.join(done[i] + 8L * kernel.lanes() * k, Math.min(some, across.n - k),
                        y + 8 * (column(g + i) + (long) k * down.n), 8L * down.n);
        }
        scratch.release(bundles);
    }

    /// Where bundle g of the columns in the middle begins.
    private long column(long g) { return Math.min(g * kernel.lanes(), down.n - kernel.lanes()); }

    /// Bytes from a row in the middle to the next.
    private long row() { return 8L * (down.n + GAP); }

    private void twist(long bundle, long column, boolean backward) {
        int high = down.n / low, rest = down.n % low;
        long c = coarse.address() + 4 * column, f = fine.address() + 4 * column;
        kernel.twist(bundle, high, low, c, f, width, backward);
        if (rest > 0)
            kernel.twist(bundle + 8L * kernel.lanes() * high * low, 1, rest, c + 8L * width * high, f, width,
                backward);
    }
}
