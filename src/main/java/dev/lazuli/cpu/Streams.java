package dev.lazuli.cpu;

/// Lines read as a few streams far from each other, which the hardware reads ahead: one stream alone waits for memory
/// with as many loads under way as fit a processor's window. Lines next to each other are read at half the speed.
///
/// @param count streams
/// @param lines of all of them
record Streams(int count, long lines) {

    /// How often a line of each stream is read; the few lines left over come alone.
    long reads() { return step() + lines % count; }

    /// The first stream's line.
    long first(long read) { return read < step() ? read : read + (count - 1) * step(); }

    /// From one stream's line to the next one's; 0 if the first is alone.
    long step(long read) { return read < step() ? step() : 0; }

    private long step() { return lines / count; }
}
