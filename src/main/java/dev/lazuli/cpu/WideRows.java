package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;

/// Single rows too long for a core's cache, cut into pieces that threads share; partial sums are added in order.
final class WideRows {
    /// Elements of a piece: 128 KB of floats, a part of a second-level cache.
    static final long PIECE = 1 << 15;

    /// Elements that logsumexp exponentiates at a time, into first-level cache.
    private static final long STRIP = 1 << 11;

    private final RowKernels kernels;

    WideRows(RowKernels kernels) { this.kernels = kernels; }

    private interface Piece { double of(long offset, int n); }

    void softmax(long x, long n, long y) {
        float max = (float) max(each(n, (o, c) -> kernels.max(x + o, c)));
        float sum = (float) sum(each(n, (o, c) -> kernels.exp(x + o, c, max, y + o)));
        each(n, (o, c) -> {
            kernels.scale(y + o, c, 1 / sum, y + o);
            return 0;
        });
    }

    double logsumexp(long x, long n) {
        double max = n <= PIECE ? kernels.max(x, n) : max(each(n, (o, c) -> kernels.max(x + o, c)));
        if (Double.isInfinite(max)) return Rows.infinite(Dtype.FLOAT32, x, n, max);
        float shift = (float) max;
        return max + Math.log(n <= PIECE ? exp(x, n, shift) : sum(each(n, (o, c) -> exp(x + o, c, shift))));
    }

    void norm(long x, long n, boolean centred, long weight, long bias, float eps, long y) {
        float mean = centred ? (float) (sum(each(n, (o, c) -> kernels.sum(x + o, c))) / n) : 0;
        double variance = sum(each(n, (o, c) -> kernels.squares(x + o, c, mean))) / n;
        float scale = (float) (1 / Math.sqrt(variance + eps));
        each(n, (o, c) -> {
            kernels.normalize(x + o, c, mean, scale, weight == 0 ? 0 : weight + o, bias == 0 ? 0 : bias + o, y + o,
                0);
            return 0;
        });
    }

    private double exp(long x, long n, float shift) {
        var scratch = Scratch.current();
        long strip = scratch.take(4 * STRIP);
        double sum = 0;
        for (long i = 0; i < n; i += STRIP) sum += kernels.exp(x + 4 * i, Math.min(STRIP, n - i), shift, strip);
        scratch.release(strip);
        return sum;
    }

    /// What `piece` says of each piece, given its offset in bytes and its length.
    private static double[] each(long n, Piece piece) {
        var result = new double[Math.toIntExact((n + PIECE - 1) / PIECE)];
        Workers.forRange(result.length, 1, (from, to) -> {
            for (long p = from; p < to; p++)
                result[(int) p] = piece.of(4 * p * PIECE, (int) Math.min(PIECE, n - p * PIECE));
        });
        return result;
    }

    private static double max(double[] parts) {
        double max = Double.NEGATIVE_INFINITY;
        for (double p : parts) max = Math.max(max, p);
        return max;
    }

    private static double sum(double[] parts) {
        double sum = 0;
        for (double p : parts) sum += p;
        return sum;
    }
}
