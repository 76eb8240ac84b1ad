package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products of a few vectors with a matrix, which streams from memory once: two operations a number read.
final class Matvec {
    private static final long GRAIN_BYTES = 1 << 15;

    /// Columns whose sums stay in the first-level cache while the matrix passes.
    private static final int STRIP = 1024;

    private Matvec() {}

    /// out[v, j] = Σ line[j, k] · x[v, k]: lines lie in one piece, like the weights of a linear layer.
    ///
    /// Strides are in elements: of the lines, of the vectors and of the result along lines and vectors.
    static void rows(Provider provider, Dtype type, long lines, long lineStride, int count,
                     long x, long xVector, long xDepth, int vectors, int depth, long out, long outLine, long outVector) {
        var kernel = provider.matvec();
        int padded = vectors == 1 ? 1 : (vectors + 3) / 4 * 4;
        var scratch = Scratch.current();
        long copy = scratch.take(4L * padded * depth);
        try {
            gather(provider, type, x, xVector, xDepth, vectors, padded, depth, copy);
            long lineBytes = lineStride * type.bytes();
            long grain = Math.max(1, GRAIN_BYTES / ((long) depth * type.bytes()));
            Workers.forRange(count, grain, (from, to) -> {
                for (long j = from; j < to; j++)
                    row(provider, type, lines + j * lineBytes, copy, vectors, depth, out + j * outLine * type.bytes(),
                        outVector * type.bytes());
            });
        } finally {
            scratch.release(copy);
        }
    }

    private static void row(Provider provider, Dtype type, long line, long x, int vectors, int depth,
                            long out, long outVectorBytes) {
        var kernel = provider.matvec();
        var scratch = Scratch.current();
        long sums = scratch.take(16 + 4L * depth);
        if (type != Dtype.FLOAT32) {
            provider.rows().load(type, line, depth, sums + 16);
            line = sums + 16;
        }
        if (vectors == 1) Elements.putDouble(type, out, kernel.dot(line, x, depth));
        else
            for (int v = 0; v < vectors; v++) {
                if (v % 4 == 0) kernel.dot4(line, x + 4L * v * depth, depth, sums);
                Elements.putDouble(type, out + v * outVectorBytes, ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * (v % 4)));
            }
        scratch.release(sums);
    }

    /// out[v, j] = Σ x[v, k] · line[k, j] for row-major lines, result row-major.
    static void columns(Provider provider, Dtype type, long lines, long lineStride, int count,
                        long x, long xVector, long xDepth, int vectors, int depth, long out) {
        var kernel = provider.matvec();
        int padded = (depth + 3) / 4 * 4;
        int strip = Math.clamp((count / (2 * Workers.count()) + 63) / 64 * 64, 64, STRIP);
        long tasks = (count + strip - 1) / strip;
        var scratch = Scratch.current();
        long copy = scratch.take(4L * vectors * padded);
        try {
            ALL.asSlice(copy, 4L * vectors * padded).fill((byte) 0);
            for (int v = 0; v < vectors; v++)
                gather(provider, type, x + v * xVector * type.bytes(), 0, xDepth, 1, 1, depth, copy + 4L * v * padded);
            Workers.forRange(tasks, Math.max(1, GRAIN_BYTES / ((long) depth * strip)), (from, to) -> {
                for (long t = from; t < to; t++)
                    strip(provider, kernel, type, lines + t * strip * type.bytes(), lineStride * type.bytes(),
                        (int) Math.min(strip, count - t * strip), copy, vectors, depth,
                        out + t * strip * type.bytes(), count);
            });
        } finally {
            scratch.release(copy);
        }
    }

    private static void strip(Provider provider, MatvecKernel kernel, Dtype type, long lines, long lineBytes, int width,
                              long x, int vectors, int depth, long out, int outStride) {
        int padded = (depth + 3) / 4 * 4;
        var scratch = Scratch.current();
        long sums = scratch.take(4L * width * (vectors + 4));
        long wide = sums + 4L * width * vectors;
        ALL.asSlice(sums, 4L * width * vectors).fill((byte) 0);
        for (int k = 0; k < depth; k += 4) {
            long at = lines + k * lineBytes, step = lineBytes;
            if (type != Dtype.FLOAT32 || k + 4 > depth) {
                for (int i = 0; i < 4; i++)
                    provider.rows().load(type, lines + Math.min(k + i, depth - 1) * lineBytes, width,
                        wide + 4L * i * width);
                at = wide;
                step = 4L * width;
            }
            for (int v = 0; v < vectors; v++) {
                long p = x + 4L * (v * padded + k);
                kernel.add4(at, step, ALL.get(JAVA_FLOAT_UNALIGNED, p), ALL.get(JAVA_FLOAT_UNALIGNED, p + 4),
                    ALL.get(JAVA_FLOAT_UNALIGNED, p + 8), ALL.get(JAVA_FLOAT_UNALIGNED, p + 12), width,
                    sums + 4L * v * width);
            }
        }
        for (int v = 0; v < vectors; v++)
            provider.rows().store(sums + 4L * v * width, width, type, out + (long) v * outStride * type.bytes());
        scratch.release(sums);
    }

    /// Copies strided vectors one after the other, as float32; those beyond the last are zero.
    static void gather(Provider provider, Dtype type, long x, long xVector, long xDepth, int vectors, int padded,
                       int depth, long to) {
        for (int v = 0; v < padded; v++, to += 4L * depth) {
            long at = x + v * xVector * type.bytes();
            if (v >= vectors) ALL.asSlice(to, 4L * depth).fill((byte) 0);
            else if (xDepth == 1) provider.rows().load(type, at, depth, to);
            else
                for (int k = 0; k < depth; k++)
                    ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * k,
                        (float) Elements.getDouble(type, at + k * xDepth * type.bytes()));
        }
    }
}
