package dev.lazuli.cpu;

/// Lines read as a few streams far from each other, which the hardware reads ahead: one stream alone waits for memory
/// with as many loads under way as fit a processor's window. Lines next to each other are read at half the speed.
///
/// @param count streams
/// @param lines of all of them
record Streams(int count, long lines) {
    /// Bytes of scratch that work is lent.
    static final int SCRATCH = 1 << 11;

    /// Reads that meet one row of x after the other, while they are in the second-level cache.
    private static final int TOGETHER = 8;

    /// A line of each stream, first, first + step, …, times a row; a step of 0 says that the first is alone.
    @FunctionalInterface
    interface Work { void run(long first, long step, int row, long scratch); }

    /// How often a line of each stream is read; the few lines left over come alone.
    long reads() { return step() + lines % count; }

    /// The first stream's line.
    long first(long read) { return read < step() ? read : read + (count - 1) * step(); }

    /// From one stream's line to the next one's; 0 if the first is alone.
    long step(long read) { return read < step() ? step() : 0; }

    private long step() { return lines / count; }

    /// Runs `work` with all lines and rows, on all workers.
    void forEach(long grain, int rows, Work work) {
        Workers.forRange(reads(), Math.max(1, grain), (from, to) -> {
            var scratch = Scratch.current();
            long lent = scratch.take(SCRATCH);
            for (long begin = from; begin < to; begin += TOGETHER)
                for (int row = 0; row < rows; row++)
                    for (long j = begin; j < Math.min(to, begin + TOGETHER); j++)
                        work.run(first(j), step(j), row, lent);
            scratch.release(lent);
        });
    }
}
