package dev.lazuli.cpu;

import dev.lazuli.memory.Pool;

/// How transforms of one length are computed, with all tables that takes: numbers with small prime factors by
/// [MixedRadix], long ones as a [FourierGrid] of two such lengths, others by [Bluestein]'s way through a longer one.
sealed interface FourierPlan permits MixedRadix, FourierGrid, Bluestein {
    /// Up to this prime, a factor takes a step of its own: its square is less than what Bluestein's way costs.
    int LARGEST_PRIME = 61;
    /// From this length on a grid is faster than all at once.
    int GRID = 256;
    /// From this length on, a row is work for several threads.
    int LONG = 1 << 15;
    /// Bytes from which memory should lie in few pages.
    long HUGE = 4 << 20;

    /// Transforms `rows` rows of complex numbers: row r begins at `x + r · row`, and its numbers are `step` bytes
    /// apart; results are written without gaps.
    ///
    /// @param step 8, unless the plan is `strided`
    void run(long x, long row, long step, long y, long rows, boolean backward, float scale);

    /// Whether it takes numbers that are further apart.
    default boolean isStrided() { return false; }

    /// The plan of a length. Only Bluestein's has tables as long as its rows: a long one is made anew each time.
    static FourierPlan of(int n, Provider provider) { return Plans.of(new Plans.Key(n, provider)); }

    /// The plans used last.
    final class Plans {
        private static final int LONGEST = 1 << 20;
        private static final Recent<Key, FourierPlan> RECENT = new Recent<>(64);

        private record Key(int n, Provider provider) {}

        private Plans() {}

        private static FourierPlan of(Key key) {
            return key.n <= LONGEST || isSmooth(key.n) ? RECENT.get(key, Plans::make) : make(key);
        }

        private static FourierPlan make(Key key) {
            int n = key.n;
            if (!isSmooth(n)) return new Bluestein(n, key.provider);
            int columns = n < GRID ? 0 : FourierGrid.columns(n, key.provider.fourier().lanes());
            return columns == 0 ? new MixedRadix(n, key.provider) : new FourierGrid(n, columns, key.provider);
        }

        private static boolean isSmooth(int n) {
            for (int p = 2; p <= LARGEST_PRIME; p++) while (n % p == 0) n /= p;
            return n == 1;
        }
    }

    /// Work on `count` rows from one on, with scratch memory.
    interface Group { void run(long first, int count, long scratch); }

    /// Walks rows in groups of as many as are best computed together, in parallel; rows that are so few and so long
    /// that each is worth all threads, one after the other.
    ///
    /// @param n the length of a row
    /// @param bytes of scratch memory, a row
    default void forGroups(long rows, long n, long bytes, int lanes, Group body) {
        int size = this instanceof MixedRadix ? lanes : 1;
        Workers.Range range = (from, to) -> {
            var scratch = Scratch.current();
            var huge = bytes * size < HUGE ? null : Pool.allocate("fft", bytes * size); // in pages that are
            long memory = huge == null ? scratch.take(bytes * size) : huge.address();
            try {
                for (long r = from; r < to; r += size) body.run(r, (int) Math.min(size, to - r), memory);
            } finally {
                if (huge == null) scratch.release(memory);
                else Pool.release(huge);
            }
        };
        if (rows < 2L * Workers.count() && n >= LONG) range.run(0, rows);
        else Workers.forRange(rows, Math.ceilDiv(Strides.grain(n), size) * size, range);
    }
}
