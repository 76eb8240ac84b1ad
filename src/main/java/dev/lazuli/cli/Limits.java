package dev.lazuli.cli;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// What the machine can do at best with a number of threads, measured in this process, now.
///
/// Without the Vector API the arithmetic peak is that of scalar code.
///
/// @param read bytes a second that can be summed from memory
/// @param copy bytes a second, read and written, of a copy in memory
/// @param fma float operations a second, two in a fused multiply-add
record Limits(int threads, double read, double copy, double fma) {
    private static final int CHUNK = 256 << 10;
    private static final int FMA_STEPS = 10_000;
    private static final int FMA_CALLS = 500;
    private static final int RUNS = 7;
    private static final long SETTLED = 200_000_000;

    /// One thread's work: reads, copies, computes. Every method is one loop, compiled on its own.
    interface Probe {
        /// Reads everything and adds it up somehow; `bytes` is a multiple of 1024.
        float sum(long address, long bytes);

        void copy(long from, long to, long bytes);

        /// Runs `steps` rounds of [#flops()] float operations on registers.
        float fma(int steps);

        /// Float operations in one step of [#fma(int)].
        int flops();
    }

    /// Part of a measurement: call number `index` of a thread.
    private interface Work {
        void call(int thread, int index);
    }

    /// Takes about two seconds and 512 MiB, which is more than caches hold, but at most a quarter of the memory.
    static Limits measure(int threads) {
        return measure(threads, Machine.hasVectors() ? new VectorProbe() : new ScalarProbe(),
            Math.min(512L << 20, Machine.usableMemory() / 4));
    }

    static Limits measure(int threads, Probe probe, long bytes) {
        int chunks = Math.toIntExact(bytes / threads / CHUNK) & -2;
        long share = (long) chunks * CHUNK;
        double[] sums = new double[threads];
        try (var arena = Arena.ofShared(); var workers = Executors.newFixedThreadPool(threads)) {
            long base = arena.allocate(share * threads, 4096).address();
            double read = seconds(threads, workers, chunks, (thread, index) ->
                sums[thread] += probe.sum(base + thread * share + (long) index * CHUNK, CHUNK));
            double copy = seconds(threads, workers, chunks / 2, (thread, index) -> {
                long from = base + thread * share + (long) index * CHUNK;
                probe.copy(from, from + share / 2, CHUNK);
            });
            double fma = seconds(threads, workers, FMA_CALLS, (thread, index) ->
                sums[thread] += probe.fma(FMA_STEPS));
            if (Double.isNaN(sums[0])) throw new IllegalStateException("limits: a probe computed NaN");
            return new Limits(threads, share * threads / read, share * threads / copy,
                (double) threads * FMA_CALLS * FMA_STEPS * probe.flops() / fma);
        }
    }

    /// The median time in which every thread makes its calls.
    private static double seconds(int threads, ExecutorService workers, int calls, Work work) {
        settle(work);
        var tasks = IntStream.range(0, threads).mapToObj(thread -> Executors.callable(() -> {
            for (int index = 0; index < calls; index++) work.call(thread, index);
        })).toList();
        double[] times = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            try {
                workers.invokeAll(tasks).forEach(Future::resultNow);
            } catch (InterruptedException e) {
                throw new CancellationException("limits: interrupted");
            }
            times[run] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(times);
        return times[RUNS / 2];
    }

    /// Repeats a call until it has not become faster for a while: it is compiled.
    private static void settle(Work work) {
        long best = Long.MAX_VALUE;
        long since = System.nanoTime();
        for (long now = since; now - since < SETTLED; ) {
            work.call(0, 0);
            long end = System.nanoTime();
            if (end - now < best * 0.9) {
                best = end - now;
                since = end;
            }
            now = end;
        }
    }
}
