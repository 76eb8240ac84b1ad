package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Copies between strided layouts, elements of 1, 2, 4 or 8 bytes unchanged.
///
/// Axes that follow each other in both layouts are joined first. What is left decides: runs without gaps are moved as
/// blocks of memory, a permuted innermost axis goes by square tiles so that both sides use whole cache lines, one
/// repeated element fills. Large copies run in parallel.
public final class Copies {
    /// Bytes that make a chunk of work worth a thread.
    private static final long GRAIN = 1 << 17;
    /// Side of a transposition's tile: 32 lines of cache on either side.
    private static final int TILE = 32;

    private Copies() {}

    /// Copies x to `out`: same shape, dtypes of the same width, any strides on either side; they must not overlap.
    public static void copy(Operand x, Operand out) {
        if (x.shape().size() == 0) return;
        new Plan(x, out).run();
    }

    /// Copies n elements of the given width, strides in bytes.
    static void row(int width, long x, long xStep, long y, long yStep, long n) {
        if (yStep == width && xStep == width && n * width > 32) {
            MemorySegment.copy(Ram.ALL, x, Ram.ALL, y, n * width);
        } else if (yStep == width && xStep == 0 && n * width > 256) {
            fill(width, x, y, n);
        } else {
            switch (width) {
                case 1 -> {
                    for (long i = 0; i < n; i++)
                        Ram.ALL.set(JAVA_BYTE, y + i * yStep, Ram.ALL.get(JAVA_BYTE, x + i * xStep));
                }
                case 2 -> {
                    for (long i = 0; i < n; i++)
                        Ram.ALL.set(JAVA_SHORT_UNALIGNED, y + i * yStep,
                            Ram.ALL.get(JAVA_SHORT_UNALIGNED, x + i * xStep));
                }
                case 4 -> {
                    for (long i = 0; i < n; i++)
                        Ram.ALL.set(JAVA_INT_UNALIGNED, y + i * yStep, Ram.ALL.get(JAVA_INT_UNALIGNED, x + i * xStep));
                }
                default -> {
                    for (long i = 0; i < n; i++)
                        Ram.ALL.set(JAVA_LONG_UNALIGNED, y + i * yStep,
                            Ram.ALL.get(JAVA_LONG_UNALIGNED, x + i * xStep));
                }
            }
        }
    }

    /// Repeats one element: a few by hand, then what is there already, doubled up to a page.
    private static void fill(int width, long x, long y, long n) {
        long bytes = n * width;
        row(width, x, 0, y, width, 64 / width);
        for (long done = 64; done < bytes; ) {
            long more = Math.min(Math.min(done, 4096), bytes - done);
            MemorySegment.copy(Ram.ALL, y, Ram.ALL, y + done, more);
            done += more;
        }
    }

    /// Both layouts with as few axes as they allow; the last axis is the one rows run along. Strides are in bytes.
    private static final class Plan {
        final int width;
        final long x, y;
        int rank;
        final long[] dims, xSteps, ySteps;

        Plan(Operand from, Operand to) {
            width = from.dtype().bytes();
            x = from.address();
            y = to.address();
            dims = new long[from.rank() + 1];
            xSteps = new long[from.rank() + 1];
            ySteps = new long[from.rank() + 1];
            for (int i = 0; i < from.rank(); i++)
                append(from.dim(i), from.stride(i) * width, to.stride(i) * width);
            if (rank == 0) append(1, width, width);
        }

        private void append(long n, long xStep, long yStep) {
            if (n == 1 && (rank > 0 || xStep != width)) return;
            int l = rank - 1;
            if (l >= 0 && xSteps[l] == xStep * n && ySteps[l] == yStep * n) {
                dims[l] *= n;
            } else {
                l = rank++;
                dims[l] = n;
            }
            xSteps[l] = xStep;
            ySteps[l] = yStep;
        }

        void run() {
            int last = rank - 1;
            int dense = -1;
            for (int i = 0; i < last; i++) if (xSteps[i] == width && dims[i] > 1) dense = i;
            if (dense >= 0 && Math.abs(xSteps[last]) > width && dims[last] >= 4 && dims[dense] >= 4) {
                swap(dense, last - 1);
                tiles();
            } else {
                long n = dims[last];
                long rows = Arrays.stream(dims, 0, last).reduce(1, (a, b) -> a * b);
                Workers.forRange(rows * n, Math.max(1, GRAIN / width), this::rows);
            }
        }

        private void swap(int i, int j) {
            for (var a : new long[][] {dims, xSteps, ySteps}) {
                long t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
        }

        /// Copies elements from .. to, counted in row-major order.
        private void rows(long from, long to) {
            int last = rank - 1;
            long n = dims[last];
            var index = new long[rank];
            long rest = from / n;
            long xRow = x;
            long yRow = y;
            for (int i = last - 1; i >= 0; i--) {
                index[i] = rest % dims[i];
                rest /= dims[i];
                xRow += index[i] * xSteps[i];
                yRow += index[i] * ySteps[i];
            }
            for (long at = from, column = from % n; at < to; column = 0) {
                long length = Math.min(n - column, to - at);
                row(width, xRow + column * xSteps[last], xSteps[last], yRow + column * ySteps[last], ySteps[last],
                    length);
                at += length;
                for (int i = last - 1; i >= 0; i--) {
                    xRow += xSteps[i];
                    yRow += ySteps[i];
                    if (++index[i] < dims[i]) break;
                    xRow -= dims[i] * xSteps[i];
                    yRow -= dims[i] * ySteps[i];
                    index[i] = 0;
                }
            }
        }

        /// The source is dense along the last axis but one: its tiles are read and written while they are in cache.
        private void tiles() {
            int last = rank - 1;
            int dense = rank - 2;
            long strips = (dims[dense] + TILE - 1) / TILE;
            long outer = Arrays.stream(dims, 0, dense).reduce(1, (a, b) -> a * b);
            Workers.forRange(outer * strips, Math.max(1, GRAIN / (TILE * width * dims[last])), (from, to) -> {
                for (long u = from; u < to; u++) {
                    long rest = u / strips;
                    long first = u % strips * TILE;
                    long xStrip = x + first * width;
                    long yStrip = y + first * ySteps[dense];
                    for (int i = dense - 1; i >= 0; i--) {
                        xStrip += rest % dims[i] * xSteps[i];
                        yStrip += rest % dims[i] * ySteps[i];
                        rest /= dims[i];
                    }
                    long height = Math.min(TILE, dims[dense] - first);
                    for (long j = 0; j < dims[last]; j += TILE)
                        for (long i = 0; i < height; i++)
                            row(width, xStrip + i * width + j * xSteps[last], xSteps[last],
                                yStrip + i * ySteps[dense] + j * ySteps[last], ySteps[last],
                                Math.min(TILE, dims[last] - j));
                }
            });
        }
    }
}
