package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products of a vector, or a few, with a matrix that streams from memory once: two operations a number read. Half
/// types are widened on the way.
final class Matvec {
    private static final long GRAIN_BYTES = 1 << 14;

    /// Columns whose sums stay in the first-level cache while the matrix passes.
    private static final int STRIP = 1024;

    private Matvec() {}

    /// out[j] = Σ line[j, k] · x[k]: lines of `float32` lie in one piece, like the weights of a linear layer.
    static void row(StridedPanels lines, int count, StridedPanels x, int depth, Dtype type, long out) {
        var scratch = Scratch.current();
        long copy = scratch.take(4L * depth);
        try {
            gather(x, 1, 1, depth, copy);
            Workers.forRange(count, Math.max(1, GRAIN_BYTES / (4L * depth)), (from, to) -> {
                for (long j = from; j < to; j++)
                    Elements.putDouble(type, out + j * type.bytes(),
                        lines.provider().matvec().dot(lines.from(j).address(), copy, depth));
            });
        } finally {
            scratch.release(copy);
        }
    }

    /// out[v, j] = Σ line[j, k] · x[v, k]: lines of a half type lie in one piece; results as in [Dots].
    static void halves(StridedPanels lines, int count, StridedPanels x, int rows, int depth, Dtype type, long out,
                       long outLine, long outRow) {
        var scratch = Scratch.current();
        long copy = scratch.take(4L * rows * depth), bytes = lines.lineStride() * 2;
        var kernel = lines.provider().matvec();
        try {
            gather(x, rows, rows, depth, copy);
            new Streams(MatvecKernel.LINES, count).forEach(GRAIN_BYTES / (2L * depth), rows, (first, step, v, sums) -> {
                kernel.halves(lines.type(), lines.address() + first * bytes, step * bytes, copy + 4L * v * depth, depth,
                    sums);
                for (int i = 0; i < (step == 0 ? 1 : MatvecKernel.LINES); i++)
                    Elements.putDouble(type, out + ((first + i * step) * outLine + v * outRow) * type.bytes(),
                        ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * i));
            });
        } finally {
            scratch.release(copy);
        }
    }

    /// out[v, j] = Σ x[v, k] · line[k, j] where the numbers of a depth lie in one piece, result row-major.
    static void columns(StridedPanels lines, int count, StridedPanels x, int vectors, int depth, Dtype type, long out) {
        int padded = (depth + 3) / 4 * 4;
        int strip = Math.clamp((count / (2 * Workers.count()) + 63) / 64 * 64, 64, STRIP);
        long tasks = (count + strip - 1) / strip;
        var scratch = Scratch.current();
        long copy = scratch.take(4L * vectors * padded);
        try {
            Ram.zero(copy, 4L * vectors * padded);
            for (int v = 0; v < vectors; v++) gather(x.from(v), 1, 1, depth, copy + 4L * v * padded);
            Workers.forRange(tasks, Math.max(1, GRAIN_BYTES / ((long) depth * strip)), (from, to) -> {
                for (long t = from; t < to; t++)
                    strip(lines.from(t * strip), (int) Math.min(strip, count - t * strip), copy, vectors, depth, type,
                        out + t * strip * type.bytes(), count);
            });
        } finally {
            scratch.release(copy);
        }
    }

    private static void strip(StridedPanels lines, int width, long x, int vectors, int depth, Dtype type, long out,
                              int outStride) {
        var provider = lines.provider();
        int padded = (depth + 3) / 4 * 4;
        long lineBytes = lines.depthStride() * lines.type().bytes();
        var scratch = Scratch.current();
        long sums = scratch.take(4L * width * (vectors + 4));
        long wide = sums + 4L * width * vectors;
        Ram.zero(sums, 4L * width * vectors);
        for (int k = 0; k < depth; k += 4) {
            long at = lines.address() + k * lineBytes, step = lineBytes;
            if (lines.type() != Dtype.FLOAT32 || k + 4 > depth) {
                for (int i = 0; i < 4; i++)
                    provider.rows().load(lines.type(), lines.address() + Math.min(k + i, depth - 1) * lineBytes, width,
                        wide + 4L * i * width);
                at = wide;
                step = 4L * width;
            }
            for (int v = 0; v < vectors; v++) {
                long p = x + 4L * (v * padded + k);
                provider.matvec().add4(at, step, ALL.get(JAVA_FLOAT_UNALIGNED, p), ALL.get(JAVA_FLOAT_UNALIGNED, p + 4),
                    ALL.get(JAVA_FLOAT_UNALIGNED, p + 8), ALL.get(JAVA_FLOAT_UNALIGNED, p + 12), width,
                    sums + 4L * v * width);
            }
        }
        for (int v = 0; v < vectors; v++)
            provider.rows().store(sums + 4L * v * width, width, type, out + (long) v * outStride * type.bytes());
        scratch.release(sums);
    }

    /// Copies vectors one after the other, as float32; those beyond the last are zero.
    static void gather(StridedPanels x, int vectors, int padded, int depth, long to) {
        for (int v = 0; v < padded; v++, to += 4L * depth) {
            long at = x.from(v).address();
            if (v >= vectors) Ram.zero(to, 4L * depth);
            else if (x.depthStride() == 1) x.provider().rows().load(x.type(), at, depth, to);
            else if (x.lineStride() == 1 && x.type() == Dtype.FLOAT32) {
                x.provider().pack().transpose(at, 4 * x.depthStride(), depth, vectors - v, depth, to);
                to += 4L * depth * (vectors - 1 - v);
                v = vectors - 1;
            } else
                for (int k = 0; k < depth; k++)
                    ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * k,
                        (float) Elements.getDouble(x.type(), at + k * x.depthStride() * x.type().bytes()));
        }
    }
}
