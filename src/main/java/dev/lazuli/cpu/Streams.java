package dev.lazuli.cpu;

/// Lines read as a few streams far from each other, which the hardware reads ahead: one stream alone waits for memory
/// with as many loads under way as fit a processor's window. Lines next to each other are read at half the speed.
final class Streams {
    private Streams() {}

    /// A line of each stream: first, and that plus step, 2 · step, …; one alone has a step of 0.
    @FunctionalInterface
    interface Lines { void run(long first, long step); }

    /// Covers the lines [from, to); the few left over come alone.
    static void forEach(int streams, long from, long to, Lines lines) {
        long step = (to - from) / streams;
        for (long j = from; j < from + step; j++) lines.run(j, step);
        for (long j = from + streams * step; j < to; j++) lines.run(j, 0);
    }
}
