package dev.lazuli.blas;

import dev.lazuli.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.util.function.LongUnaryOperator;

/// Factors of `float64` matrices, which lie in columns. Names, letters and results are LAPACK's; the length of the
/// workspace is asked for. Each routine is given `memory`, which has the address of so many bytes, and returns `INFO`:
/// 0, more where an iteration did not converge, less where it refuses an argument.
public final class Lapack {
    private final Library library;
    private final Routine gesdd, syevd, geev, geqrf, orgqr;

    public Lapack(Library library) {
        this.library = library;
        gesdd = library.routine("dgesdd", 14, 1);
        syevd = library.routine("dsyevd", 11, 2);
        geev = library.routine("dgeev", 14, 2);
        geqrf = library.routine("dgeqrf", 8, 0);
        orgqr = library.routine("dorgqr", 9, 0);
    }

    /// With how many threads later calls compute, where that can be told.
    public void threads(int count) { library.threads(count); }

    /// A call that is made twice: with the length -1 it writes to `work` how long that should be.
    private interface Sized { int call(long work, int length); }

    private static int sized(LongUnaryOperator memory, Sized routine) {
        long size = memory.applyAsLong(8);
        routine.call(size, -1);
        int length = (int) Ram.ALL.get(ValueLayout.JAVA_DOUBLE, size);
        return routine.call(memory.applyAsLong(8L * length), length);
    }

    /// `A = U·diag(s)·Vᵀ`: the job `A` has all vectors, `S` as many as values, `N` none. A is lost.
    public int gesdd(LongUnaryOperator memory, char job, int m, int n, long a, long s, long u, long vt, int ldvt) {
        long integers = memory.applyAsLong(4 * 8L * Math.min(m, n));
        return sized(memory, (work, length) ->
            gesdd.call(memory, job, m, n, a, m, s, u, m, vt, ldvt, work, length, integers, 0));
    }

    /// `A·V = V·diag(w)` of a symmetric matrix, of which the upper or the lower triangle (`U`, `L`) is given, values
    /// ascending. The job `V` leaves the vectors in A, `N` has none.
    public int syevd(LongUnaryOperator memory, char job, char triangle, int n, long a, long w) {
        int most = 3 + 5 * n;
        long integers = memory.applyAsLong(4L * most);
        return sized(memory, (work, length) ->
            syevd.call(memory, job, triangle, n, a, n, w, work, length, integers, most, 0));
    }

    /// `A·V = V·diag(re + i·im)`. Conjugate values follow each other, the one with im > 0 first; V then has the real
    /// part of its vector, and the imaginary one. The job `V` has vectors, `N` none. A is lost.
    public int geev(LongUnaryOperator memory, char job, int n, long a, long re, long im, long v) {
        return sized(memory, (work, length) ->
            geev.call(memory, 'N', job, n, a, n, re, im, v, n, v, n, work, length, 0));
    }

    /// `A = Q·R`: R in A's upper triangle, and below it, with `tau`, the reflections that make Q.
    public int geqrf(LongUnaryOperator memory, int m, int n, long a, long tau) {
        return sized(memory, (work, length) -> geqrf.call(memory, m, n, a, m, tau, work, length, 0));
    }

    /// The first k columns of Q in place of its reflections.
    public int orgqr(LongUnaryOperator memory, int m, int k, long a, long tau) {
        return sized(memory, (work, length) -> orgqr.call(memory, m, k, k, a, m, tau, work, length, 0));
    }
}
