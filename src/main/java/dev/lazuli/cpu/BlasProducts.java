package dev.lazuli.cpu;

import dev.lazuli.blas.Blas;
import dev.lazuli.blas.Library;
import dev.lazuli.blas.Once;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// Large products by the system's BLAS, of operands whose rows or columns lie in one piece.
///
/// A library that keeps to one thread gets a share of the rows, or of the columns if there are more, from each worker.
///
/// @param least multiplications from which the library is called
record BlasProducts(Blas blas, long least) {
    private static final long LEAST = 1 << 18;

    /// Those of the chosen library, null if it does not multiply.
    static final Once<BlasProducts> CHOSEN =
        new Once<>(() -> Library.multiplies() ? new BlasProducts(new Blas(Library.chosen()), LEAST) : null);

    /// How Fortran sees a matrix in memory: as its columns, `N`, or as those of its transposed one, `T`, and how many
    /// elements apart they are.
    private record Seen(char trans, int step) {

        /// @param down   the stride from row to row
        /// @param across the stride from column to column
        static @Nullable Seen of(int rows, int columns, long down, long across) {
            if (down == 1 && isStep(across, rows)) return new Seen('N', (int) across);
            if (across == 1 && isStep(down, columns)) return new Seen('T', (int) down);
            return null;
        }

        private static boolean isStep(long stride, int length) {
            return stride >= length && stride <= Integer.MAX_VALUE;
        }
    }

    /// Multiplies two matrices into the row-major one at `out`; false if they are not for the library.
    ///
    /// What is in rows here is transposed in columns: Cᵀ = Bᵀ·Aᵀ.
    boolean run(StridedPanels a, StridedPanels b, int m, int n, int k, Dtype type, long out) {
        if (type != Dtype.FLOAT32 && type != Dtype.FLOAT64 || a.type() != type || b.type() != type) return false;
        if (m == 0 || n == 0 || k == 0 || (double) m * n * k < least) return false;
        var left = Seen.of(n, k, b.lineStride(), b.depthStride());
        var right = Seen.of(k, m, a.depthStride(), a.lineStride());
        if (left == null || right == null) return false;
        int lines = Math.max(m, n);
        Workers.forRange(lines, blas.isSingle() ? Math.ceilDiv(lines, Workers.count()) : lines, (from, to) -> {
            int part = (int) (to - from);
            boolean rows = m >= n;
            var memory = Scratch.current();
            long first = memory.take(0);
            blas.gemm(memory::take, type, left.trans, right.trans, rows ? n : part, rows ? part : m, k,
                rows ? b.address() : b.from(from).address(), left.step,
                rows ? a.from(from).address() : a.address(), right.step,
                out + type.bytes() * (rows ? from * n : from), n);
            memory.release(first);
        });
        return true;
    }
}
