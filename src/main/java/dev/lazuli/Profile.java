package dev.lazuli;

import dev.lazuli.compiler.Watch;
import dev.lazuli.cpu.Workers;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/// What kernels ran during some work, and for how long; its text is a table, the longest first.
///
/// ```java
/// IO.println(profile(() -> eval(exp(x).mul(x).add(1))));
/// // kernel           shape         calls       ms  GB/s  of copy
/// // add and 2 more   (4096, 4096)      1    2.931  45.8     82 %
/// // 1 kernels in 2.9 of 3.1 ms; a copy of memory moves 55.9 GB/s
/// ```
///
/// @param rows    one for each kernel and shape
/// @param seconds of the work, kernels and the rest
/// @param copy    bytes a second that a copy of memory reads and writes
public record Profile(List<Row> rows, double seconds, double copy) {
    /// Kernels that compute the same for one shape.
    ///
    /// @param kernel  what it computes
    /// @param shape   of its result
    /// @param calls   how often it ran
    /// @param seconds all together
    /// @param bytes   that its operands and results have, all together, each operand once a call
    public record Row(String kernel, String shape, int calls, double seconds, long bytes) {
        Row and(Row other) {
            return new Row(kernel, shape, calls + other.calls, seconds + other.seconds, bytes + other.bytes);
        }
    }

    private static final long COPIED = 64 << 20;
    private static final long PIECE = 4 << 20;

    static Profile of(Runnable work) {
        var rows = new ConcurrentSkipListMap<String, Row>();
        long start = System.nanoTime();
        Watch.watched((kernel, shape, nanos, bytes) ->
            rows.merge(kernel + shape, new Row(kernel, shape.toString(), 1, nanos / 1e9, bytes), Row::and), work);
        double seconds = (System.nanoTime() - start) / 1e9;
        var sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparingDouble(Row::seconds).reversed());
        return new Profile(List.copyOf(sorted), seconds, copySpeed());
    }

    /// The best of a few copies.
    private static double copySpeed() {
        var memory = Pool.allocate("profile", 2 * COPIED);
        try {
            long from = memory.address();
            double best = 0;
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                Workers.forRange(COPIED, PIECE, (a, b) ->
                    MemorySegment.copy(Ram.ALL, from + a, Ram.ALL, from + COPIED + a, b - a));
                best = Math.max(best, 2e9 * COPIED / (System.nanoTime() - start));
            }
            return best;
        } finally {
            Pool.release(memory);
        }
    }

    @Override public String toString() {
        int wide = Math.max(6, rows.stream().mapToInt(r -> r.kernel.length()).max().orElse(0));
        int shape = Math.max(5, rows.stream().mapToInt(r -> r.shape.length()).max().orElse(0));
        var format = "%-" + wide + "s  %-" + shape + "s  %6s %9s %6s  %7s%n";
        var text = new StringBuilder(format.formatted("kernel", "shape", "calls", "ms", "GB/s", "of copy"));
        double all = 0;
        for (var row : rows) {
            double speed = row.bytes / row.seconds;
            text.append(format.formatted(row.kernel, row.shape, row.calls, "%.3f".formatted(1e3 * row.seconds),
                "%.1f".formatted(speed / 1e9), "%.0f %%".formatted(100 * speed / copy)));
            all += row.seconds;
        }
        return text.append("%d kernels in %.1f of %.1f ms; a copy of memory moves %.1f GB/s".formatted(
            rows.stream().mapToInt(Row::calls).sum(), 1e3 * all, 1e3 * seconds, copy / 1e9)).toString();
    }
}
