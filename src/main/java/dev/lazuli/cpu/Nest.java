package dev.lazuli.cpu;

/// The loops around a run: axes that lie alike in every operand are merged, the best one is innermost.
///
/// Positions are counted over the merged axes, innermost fastest; so ranges of them can be shared among threads.
final class Nest {
    interface Visitor {
        /// @param at the operands' addresses at the run's first position, where a visitor that moves them leaves them
        void run(long[] at, int n);
    }

    /// What it costs to begin a run, and to step where not every operand is contiguous, in elements of a good run.
    private static final long START = 64;
    private static final long STRIDED = 4;
    private static final long LONGEST_RUN = 1 << 30;

    private final int rank;
    private final long[] dims;
    private final long[][] strides;
    private final long size;

    /// @param dims    lengths of the axes
    /// @param strides bytes, for each axis and operand
    /// @param bytes   widths of the elements of those operands, the first ones, that should be contiguous
    Nest(long[] dims, long[][] strides, int[] bytes) {
        this.dims = new long[Math.max(1, dims.length)];
        this.strides = new long[this.dims.length][];
        int n = 0;
        long total = 1;
        for (int a = 0; a < dims.length; a++) {
            total *= dims[a];
            if (dims[a] == 1) continue;
            if (n > 0 && follows(this.strides[n - 1], strides[a], dims[a])) {
                this.dims[n - 1] *= dims[a];
            } else {
                this.dims[n++] = dims[a];
            }
            this.strides[n - 1] = strides[a];
        }
        if (n == 0) {
            this.dims[0] = 1;
            this.strides[0] = dims.length > 0 ? strides[0] : new long[bytes.length + 1];
            n = 1;
        }
        rank = n;
        size = total;
        moveBestInside(bytes);
    }

    private static boolean follows(long[] outer, long[] inner, long n) {
        for (int k = 0; k < inner.length; k++) if (outer[k] != inner[k] * n) return false;
        return true;
    }

    private void moveBestInside(int[] bytes) {
        int best = rank - 1;
        for (int a = rank - 2; a >= 0; a--) if (cost(a, bytes) < cost(best, bytes)) best = a;
        long d = dims[best];
        var s = strides[best];
        for (int a = best; a < rank - 1; a++) {
            dims[a] = dims[a + 1];
            strides[a] = strides[a + 1];
        }
        dims[rank - 1] = d;
        strides[rank - 1] = s;
    }

    private double cost(int axis, int[] bytes) {
        return (isDense(strides[axis], bytes) ? 1 : STRIDED) + START / (double) dims[axis];
    }

    /// What an element costs in the innermost run, in elements of a good run.
    double cost(int[] bytes) { return cost(rank - 1, bytes); }

    /// Whether every operand is contiguous or one number.
    private static boolean isDense(long[] stride, int[] bytes) {
        for (int k = 0; k < bytes.length; k++) if (stride[k] != bytes[k] && stride[k] != 0) return false;
        return true;
    }

    long size() { return size; }

    /// Length of the innermost axis.
    long inner() { return dims[rank - 1]; }

    /// Strides along the innermost axis.
    long[] stride() { return strides[rank - 1]; }

    /// Runs over positions [from, to), starting from the operands' addresses `base`.
    void run(long[] base, long from, long to, Visitor visitor) { new Walk(base.length).run(base, from, to, visitor); }

    /// What a walk needs, for one thread to walk again without allocating.
    final class Walk {
        private final long[] at;
        private final long[] index = new long[rank];

        Walk(int operands) { at = new long[operands]; }

        void run(long[] base, long from, long to, Visitor visitor) {
            long n = inner();
            long skip = from % n;
            long rest = from / n;
            System.arraycopy(base, 0, at, 0, at.length);
            for (int a = rank - 2; a >= 0; a--) {
                index[a] = rest % dims[a];
                rest /= dims[a];
                move(at, strides[a], index[a]);
            }
            move(at, stride(), skip);
            while (from < to) {
                long length = Math.min(n - skip, to - from);
                for (long done = 0; done < length; done += LONGEST_RUN) {
                    int piece = (int) Math.min(LONGEST_RUN, length - done);
                    visitor.run(at, piece);
                    if (length > LONGEST_RUN) move(at, stride(), piece);
                }
                if (length > LONGEST_RUN) move(at, stride(), -length);
                from += length;
                move(at, stride(), -skip);
                skip = 0;
                for (int a = rank - 2; a >= 0; a--) {
                    move(at, strides[a], 1);
                    if (++index[a] < dims[a]) break;
                    move(at, strides[a], -dims[a]);
                    index[a] = 0;
                }
            }
        }
    }

    /// Moves addresses by so many steps of a stride.
    static void move(long[] at, long[] stride, long steps) {
        if (steps == 0) return;
        for (int k = 0; k < at.length; k++) at[k] += stride[k] * steps;
    }
}
