package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Walks the leading axes of a matrix product.
final class Batch {

    @FunctionalInterface
    interface Matrix { void run(long a, long b, long out, int rows); }

    private Batch() {}

    /// Calls `matrix` with the addresses of each matrix of a batch; leading axes along which b is one matrix and a is
    /// one long matrix are folded into its rows. Many small matrices run in parallel.
    static void forEach(Operand a, Operand b, Operand out, Matrix matrix) {
        int axes = out.rank() - 2;
        int rows = out.dim(-2);
        while (axes > 0 && (out.dim(axes - 1) == 1
            || b.stride(axes - 1) == 0 && a.stride(axes - 1) == rows * a.stride(-2))) {
            rows = Math.multiplyExact(rows, out.dim(axes - 1));
            axes--;
        }
        long count = 1;
        for (int i = 0; i < axes; i++) count *= out.dim(i);
        int outer = axes, high = rows;
        long work = (long) rows * out.dim(-1) * a.dim(-1);
        long grain = work > 1 << 21 ? count : Math.max(1, (1 << 16) / Math.max(1, work));
        Workers.forRange(count, grain, (from, to) -> {
            for (long i = from; i < to; i++)
                matrix.run(at(a, outer, out, i), at(b, outer, out, i),
                    out.address() + i * high * out.dim(-1) * out.dtype().bytes(), high);
        });
    }

    private static long at(Operand operand, int axes, Operand out, long index) {
        long offset = 0;
        for (int i = axes - 1; i >= 0; i--) {
            offset += index % out.dim(i) * operand.stride(i);
            index /= out.dim(i);
        }
        return operand.address() + offset * operand.dtype().bytes();
    }
}
