package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Walks the leading axes of a matrix product.
final class Batch {

    @FunctionalInterface
    interface Matrix { void run(long[] inputs, long out, int rows); }

    private Batch() {}

    /// Calls `matrix` with the addresses of each matrix of a batch. Leading axes along which the first input is one
    /// long matrix and the others do not change are folded into its rows; many small matrices run in parallel.
    static void forEach(Operand[] in, Operand out, Matrix matrix) {
        int axes = out.rank() - 2;
        int rows = out.dim(-2);
        while (axes > 0 && folds(in, out, axes - 1, rows)) rows = Math.multiplyExact(rows, out.dim(--axes));
        long count = 1;
        for (int i = 0; i < axes; i++) count *= out.dim(i);
        int outer = axes, high = rows;
        long step = (long) rows * out.dim(-1) * out.dtype().bytes();
        long work = (long) rows * out.dim(-1) * in[0].dim(-1);
        long grain = work > 1 << 21 ? count : Math.max(1, (1 << 16) / Math.max(1, work));
        Workers.forRange(count, grain, (from, to) -> {
            var at = new long[in.length];
            for (long i = from; i < to; i++) {
                for (int j = 0; j < in.length; j++) at[j] = address(in[j], out, outer, i);
                matrix.run(at, out.address() + i * step, high);
            }
        });
    }

    private static boolean folds(Operand[] in, Operand out, int axis, int rows) {
        if (out.dim(axis) == 1) return true;
        for (int i = 1; i < in.length; i++) if (stride(in[i], out, axis) != 0) return false;
        return stride(in[0], out, axis) == rows * in[0].stride(-2);
    }

    /// The stride of an input along an axis of the result: 0 where it broadcasts.
    private static long stride(Operand x, Operand out, int axis) {
        int a = axis - out.rank() + x.rank();
        return a < 0 || x.dim(a) == 1 ? 0 : x.stride(a);
    }

    private static long address(Operand x, Operand out, int axes, long index) {
        long offset = 0;
        for (int i = axes - 1; i >= 0; i--) {
            offset += index % out.dim(i) * stride(x, out, i);
            index /= out.dim(i);
        }
        return x.address() + offset * x.dtype().bytes();
    }
}
