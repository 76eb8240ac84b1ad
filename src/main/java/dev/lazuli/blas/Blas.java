package dev.lazuli.blas;

import dev.lazuli.type.Dtype;
import java.util.function.LongUnaryOperator;

/// Products of `float32` and `float64` matrices, which lie in columns.
public final class Blas {
    private final Library library;
    private final Routine sgemm, dgemm;

    public Blas(Library library) {
        this.library = library;
        sgemm = library.routine("sgemm", 13, 2);
        dgemm = library.routine("dgemm", 13, 2);
    }

    /// Whether a call keeps to its thread, so that the caller may share out the work.
    public boolean isSingle() { return library.obeys(); }

    /// `C = A·B`, m × k by k × n, with columns so many elements apart.
    ///
    /// @param memory gives the address of so many bytes
    /// @param transA `T` if A's rows are given and not its columns, else `N`; so for B
    public void gemm(LongUnaryOperator memory, Dtype type, char transA, char transB, int m, int n, int k, long a,
                     int lda, long b, int ldb, long c, int ldc) {
        if (type == Dtype.FLOAT64) dgemm.call(memory, transA, transB, m, n, k, 1.0, a, lda, b, ldb, 0.0, c, ldc);
        else sgemm.call(memory, transA, transB, m, n, k, 1f, a, lda, b, ldb, 0f, c, ldc);
    }
}
