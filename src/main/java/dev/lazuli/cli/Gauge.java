package dev.lazuli.cli;

import dev.lazuli.cpu.Workers;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.DoubleAdder;

/// Measures what the machine can do at best, one sample a call, with the threads and the kind of memory of the kernels.
final class Gauge implements AutoCloseable {
    private static final int CHUNK = 256 << 10;
    private static final int FMA_STEPS = 10_000;
    private static final int FMA_CALLS = 1000;
    private static final long SETTLED = 200_000_000;

    /// One thread's work. Every method is one loop, compiled on its own.
    interface Probe {
        /// Reads everything and adds it up somehow; `bytes` is a multiple of 1024.
        float sum(long address, long bytes);

        /// Runs `steps` rounds of [#flops()] float operations on registers.
        float fma(int steps);

        /// Float operations in one step of [#fma(int)].
        int flops();
    }

    private final Probe probe;
    private final Buffer memory;
    private final long bytes;
    private final int calls;
    /// Keeps the compiler from dropping work whose result nobody reads.
    private final DoubleAdder sums = new DoubleAdder();

    /// Over 512 MiB, which is more than caches hold, but at most a quarter of the memory.
    static Gauge open() {
        return new Gauge(Machine.hasVectors() ? new VectorProbe() : new ScalarProbe(),
            Math.min(512L << 20, Machine.usableMemory() / 4), FMA_CALLS);
    }

    /// @param size bytes of memory
    /// @param calls a thread makes of the arithmetic probe for one sample
    Gauge(Probe probe, long size, int calls) {
        this.probe = probe;
        this.calls = calls;
        bytes = size / (2 * CHUNK) * (2 * CHUNK);
        memory = Pool.allocate("limits", bytes);
        // Memory that was never written is one page of zeros, seen many times: it would be read from a cache.
        Workers.forRange(bytes, CHUNK, (from, to) ->
            Ram.ALL.asSlice(memory.address() + from, to - from).fill((byte) 1));
        settle(() -> sums.add(probe.sum(memory.address(), CHUNK)));
        settle(() -> sums.add(probe.fma(FMA_STEPS)));
    }

    /// Bytes a second that are read and summed.
    double read() {
        return bytes / seconds(bytes, CHUNK, (from, to) -> {
            double sum = 0;
            for (long at = from; at < to; at += CHUNK) sum += probe.sum(memory.address() + at, CHUNK);
            sums.add(sum);
        });
    }

    /// Bytes a second, read and written, of the JDK's copy: in pieces of megabytes it stores past the caches, so that
    /// no line is read only to be overwritten.
    double copy() {
        return bytes / seconds(bytes / 2, CHUNK, (from, to) -> MemorySegment.copy(Ram.ALL, memory.address() + from,
            Ram.ALL, memory.address() + bytes / 2 + from, to - from));
    }

    /// Float operations a second, two in a fused multiply-add.
    double fma() {
        long all = (long) calls * Workers.count();
        return all * FMA_STEPS * probe.flops() / seconds(all, 1, (from, to) -> {
            for (long call = from; call < to; call++) sums.add(probe.fma(FMA_STEPS));
        });
    }

    private static double seconds(long n, long grain, Workers.Range work) {
        long start = System.nanoTime();
        Workers.forRange(n, grain, work);
        return (System.nanoTime() - start) / 1e9;
    }

    /// Repeats work until it has not become faster for a while: it is compiled.
    private static void settle(Runnable work) {
        long best = Long.MAX_VALUE;
        long since = System.nanoTime();
        for (long now = since; now - since < SETTLED; ) {
            work.run();
            long end = System.nanoTime();
            if (end - now < best * 0.9) {
                best = end - now;
                since = end;
            }
            now = end;
        }
    }

    @Override public void close() {
        Pool.release(memory);
        if (Double.isNaN(sums.sum())) throw new IllegalStateException("limits: a probe computed NaN");
    }
}
