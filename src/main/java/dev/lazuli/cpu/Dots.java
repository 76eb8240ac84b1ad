package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products of some rows with a matrix that streams from memory once, as dot products: nothing is packed.
///
/// Four lines meet four rows in 16 sums: 8 loads for 16 multiply-adds. A piece of the lines is in the first-level cache
/// meanwhile, the same piece of all rows in the second. [Gemm] needs half the loads, but packs each number first, which
/// is worth it for hundreds of rows.
final class Dots {
    /// Numbers of a piece: 4 KiB of each line.
    private static final int PIECE = 1024;
    private static final int LINES = MatvecKernel.LINES;

    /// Bytes of all rows that stay in a second-level cache while lines pass, each from its begin to its end.
    private static final long CACHED = 1 << 18;

    /// Tiles of lines that meet a piece of more rows while that is in the cache.
    private static final int TILES = 8;
    private static final long GRAIN = 1 << 16;

    private final Provider provider;
    private final Lines lines;
    private final Streams streams;
    private final int rows;
    private final int padded;
    private final int depth;

    private Dots(Provider provider, Lines lines, int count, int rows, int depth) {
        this.provider = provider;
        this.lines = lines;
        this.rows = rows;
        this.depth = depth;
        streams = new Streams(LINES, count);
        padded = (rows + LINES - 1) / LINES * LINES;
    }

    /// out[v, j] = Σ line[j, k] · x[v, k].
    ///
    /// @param outLine elements from a line's results to the next line's
    /// @param outRow  elements from a row's results to the next row's
    static void run(Lines lines, int count, StridedPanels x, int rows, int depth, Dtype type, long out, long outLine,
                    long outRow) {
        var dots = new Dots(x.provider(), lines, count, rows, depth);
        var scratch = Scratch.current();
        long pieces = scratch.take(4L * dots.padded * depth);
        try {
            dots.gather(x, pieces);
            Workers.forRange(dots.streams.reads(), Math.max(1, GRAIN / Math.max(1, (long) rows * depth)), (from, to) ->
                dots.multiply(from, to, pieces, type, out, outLine * type.bytes(), outRow * type.bytes()));
        } finally {
            scratch.release(pieces);
        }
    }

    /// Writes piece after piece of all rows.
    private void gather(StridedPanels x, long to) {
        for (int k = 0; k < depth; k += PIECE) {
            int size = Math.min(PIECE, depth - k);
            Matvec.gather(x.after(k), rows, padded, size, to);
            for (int v = 0; v < rows; v++, to += 4L * size) lines.arrange(to, size);
            to += 4L * size * (padded - rows);
        }
    }

    private void multiply(long from, long to, long pieces, Dtype type, long out, long outLine, long outRow) {
        var scratch = Scratch.current();
        int together = 4L * padded * depth <= CACHED ? 1 : TILES;
        long bytes = 4L * together * LINES * padded;
        long sums = scratch.take(bytes), lent = scratch.take(4L * LINES * PIECE);
        for (long read = from; read < to; read += together) {
            int tiles = (int) Math.min(together, to - read);
            Ram.zero(sums, bytes);
            for (int k = 0; k < depth; k += PIECE)
                for (int t = 0; t < tiles; t++)
                    tile(read + t, k, pieces + 4L * padded * k, lent, sums + 4L * t * LINES * padded);
            for (int t = 0; t < tiles; t++)
                store(read + t, sums + 4L * t * LINES * padded, type, out, outLine, outRow);
        }
        scratch.release(sums);
    }

    /// Adds a piece of four lines times the same of all rows. A line alone is multiplied four times.
    private void tile(long read, int k, long x, long lent, long sums) {
        int size = Math.min(PIECE, depth - k);
        long step = streams.step(read), pitch = lines.pitch(step, size);
        long piece = lines.piece(streams.first(read), step, LINES, k, size, lent);
        for (int v = 0; v < padded; v += LINES)
            provider.matvec().tile(piece, pitch, x + 4L * v * size, 4L * size, size, sums + 4L * v * LINES);
    }

    private void store(long read, long sums, Dtype type, long out, long outLine, long outRow) {
        long first = streams.first(read), step = streams.step(read);
        for (int i = 0; i < (step == 0 ? 1 : LINES); i++)
            for (int v = 0; v < rows; v++)
                Elements.putDouble(type, out + (first + i * step) * outLine + v * outRow,
                    ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * (v / LINES * LINES * LINES + i * LINES + v % LINES)));
    }
}
