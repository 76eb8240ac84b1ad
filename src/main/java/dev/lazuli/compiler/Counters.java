package dev.lazuli.compiler;

import java.util.concurrent.atomic.LongAdder;

/// What evaluation has done so far.
public final class Counters {
    /// Kernels run.
    public static final LongAdder KERNELS = new LongAdder();
    /// Arrays computed a second time, because they were scratch the first time.
    public static final LongAdder RECOMPUTED = new LongAdder();

    private Counters() {}
}
