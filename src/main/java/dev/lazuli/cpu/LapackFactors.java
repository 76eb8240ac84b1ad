package dev.lazuli.cpu;

import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.blas.Lapack;
import dev.lazuli.blas.Library;
import dev.lazuli.blas.Once;
import dev.lazuli.graph.Cholesky;
import dev.lazuli.graph.Eig;
import dev.lazuli.graph.Eigh;
import dev.lazuli.graph.Factorisation;
import dev.lazuli.graph.Lu;
import dev.lazuli.graph.Qr;
import dev.lazuli.graph.Svd;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// Real matrices taken apart by the system's LAPACK, in `float64` as our own kernels do it.
///
/// @param least rows and columns from which the library is called: smaller matrices are sooner done here
record LapackFactors(Lapack lapack, int least) {
    private static final int LEAST = 32;
    /// Rows and columns from which the library's own threads pay, in a matrix that has no others beside it.
    private static final int ALONE = 768;

    /// Those of the chosen library, null without one.
    static final Once<LapackFactors> CHOSEN = new Once<>(() -> of(Library.chosen()));

    private static @Nullable LapackFactors of(@Nullable Library library) {
        return library == null ? null : new LapackFactors(new Lapack(library), LEAST);
    }

    /// What is done to one matrix of a batch, with memory that is free again afterwards.
    private interface Task { void run(Scratch memory, Operand x, long index, Operand out); }

    /// The kernel of a factorisation where the library is faster than our `own`, else that one.
    Kernel kernel(Factorisation factorisation, Kernel own) {
        return switch (factorisation) {
            case Svd op -> kernel(own, (memory, x, index, out) -> svd(memory, x, index, op.vectors(), out));
            case Eigh op -> kernel(own, (memory, x, index, out) -> eigh(memory, x, index, op.vectors(), out));
            case Eig op -> kernel(own, (memory, x, index, out) -> eig(memory, x, index, op.vectors(), out));
            case Qr op -> kernel(own, this::qr);
            case Cholesky op -> own;
            case Lu op -> own;
        };
    }

    private Kernel kernel(Kernel own, Task task) {
        return (in, out) -> {
            if (claims(in[0])) each(in[0], out, task);
            else own.run(in, out);
        };
    }

    private boolean claims(Operand x) {
        return !x.dtype().isComplex() && Math.min(x.dim(-2), x.dim(-1)) >= least;
    }

    private void each(Operand x, Operand out, Task task) {
        long count = Strides.count(x, x.rank() - 2);
        boolean alone = count == 1 && Math.min(x.dim(-2), x.dim(-1)) >= ALONE;
        if (alone) lapack.threads(Workers.count());
        try {
            Workers.forRange(count, 1, (from, to) -> {
                var memory = Scratch.current();
                for (long i = from; i < to; i++) {
                    long first = memory.take(0);
                    try {
                        task.run(memory, x, i, out);
                    } finally {
                        memory.release(first);
                    }
                }
            });
        } finally {
            if (alone) lapack.threads(1);
        }
    }

    // The rows of A are the columns of Aᵀ = V·diag(s)·Uᵀ, whose factors have in columns what ours have in rows.
    private void svd(Scratch memory, Operand x, long index, Svd.Vectors vectors, Operand out) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        int rank = vectors == Svd.Vectors.FULL ? m : k; // columns of U
        var a = Columns.take(memory, n, m);
        var factors = Columns.take(memory, out.dim(-1), 1);
        long s = factors.address(), u = s + 8L * k, vt = u + 8L * m * rank;
        char job = switch (vectors) {
            case NONE -> 'N';
            case THIN -> 'S';
            case FULL -> 'A';
        };
        a.readTransposed(x, index);
        if (a.isFinite()) check("svd", lapack.gesdd(memory::take, job, n, m, a.address(), s, vt, u, rank));
        else factors.fill(Double.NaN);
        factors.write(out.dtype(), Workspace.place(out, index, out.dim(-1)));
    }

    private void eigh(Scratch memory, Operand x, long index, boolean vectors, Operand out) {
        int n = x.dim(-1);
        var a = Columns.take(memory, n, n);
        var w = Columns.take(memory, n, 1);
        a.read(x, index);
        for (int j = 0; j < n; j++) a.fill(j, 0, j, 0); // the upper triangle, which may be anything
        char job = vectors ? 'V' : 'N';
        if (a.isFinite()) check("eigh", lapack.syevd(memory::take, job, 'L', n, a.address(), w.address()));
        else {
            a.fill(Double.NaN);
            w.fill(Double.NaN);
        }
        long at = w.write(out.dtype(), Workspace.place(out, index, out.dim(-1)));
        if (vectors) a.write(out.dtype(), at);
    }

    private void eig(Scratch memory, Operand x, long index, boolean vectors, Operand out) {
        int n = x.dim(-1);
        var a = Columns.take(memory, n, n);
        var v = Columns.take(memory, n, n);
        var w = Columns.take(memory, n, 2); // real and imaginary parts
        long re = w.address(), im = re + 8L * n;
        char job = vectors ? 'V' : 'N';
        a.read(x, index);
        if (a.isFinite()) check("eig", lapack.geev(memory::take, job, n, a.address(), re, im, v.address()));
        else {
            v.fill(Double.NaN);
            w.fill(Double.NaN);
        }
        long at = w.write(Dtype.FLOAT32, Workspace.place(out, index, out.dim(-1)));
        if (!vectors) return;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++, at += 8) {
                double sign = w.get(j, 1); // of a pair, the second one's vector is the first one's conjugate
                if (sign > 0) Schur.pair(at, v.get(i, j), v.get(i, j + 1));
                else if (sign < 0) Schur.pair(at, v.get(i, j - 1), -v.get(i, j));
                else Schur.pair(at, v.get(i, j), 0);
            }
    }

    private void qr(Scratch memory, Operand x, long index, Operand out) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        var a = Columns.take(memory, m, n);
        long tau = memory.take(8L * k);
        a.read(x, index);
        check("qr", lapack.geqrf(memory::take, m, n, a.address(), tau));
        long q = Workspace.place(out, index, out.dim(-1));
        a.writeUpper(k, out.dtype(), q + (long) m * k * out.dtype().bytes());
        check("qr", lapack.orgqr(memory::take, m, k, a.address(), tau));
        new Columns(a.address(), m, k).write(out.dtype(), q);
    }

    private static void check(String op, int info) {
        if (info > 0) throw new ArithmeticException(op + ": no convergence");
        if (info < 0) throw new IllegalStateException(op + ": LAPACK refuses argument " + -info);
    }
}
