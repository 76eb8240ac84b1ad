package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A thread's matrices of `float64` while it takes others apart: arrays of rows, for C2 vectorises loops over rows that
/// are arrays of their own. They stay for the next kernel, until the collector needs their memory.
final class Workspace {
    private static final ThreadLocal<SoftReference<Workspace>> CURRENT = new ThreadLocal<>();

    private final List<double[][]> kept = new ArrayList<>();
    private int used;

    private Workspace() {}

    /// What a kernel does with one matrix of a batch.
    interface Task { void run(long index); }

    /// Runs a task for each matrix of an operand; `work` is about how many steps one takes. A thread makes a task of
    /// its own, with all the memory it needs, for many matrices.
    static void forEach(Operand x, long work, Function<Workspace, Task> start) {
        Workers.forRange(Strides.count(x, x.rank() - 2), Strides.grain(work), (from, to) -> {
            var task = start.apply(fresh());
            for (long i = from; i < to; i++) task.run(i);
        });
    }

    private static Workspace fresh() {
        var reference = CURRENT.get();
        var space = reference == null ? null : reference.get();
        if (space == null) CURRENT.set(new SoftReference<>(space = new Workspace()));
        space.used = 0;
        return space;
    }

    /// A matrix of any content; it may have more rows, and longer ones.
    double[][] take(int rows, int columns) {
        if (used == kept.size()) kept.add(new double[0][]);
        var found = kept.get(used);
        if (found.length < rows || rows > 0 && found[0].length < columns)
            kept.set(used, found = new double[rows][columns]);
        used++;
        return found;
    }

    double[] vector(int n) { return take(1, n)[0]; }

    static void fill(double[][] x, int m, int n, double value) {
        for (int i = 0; i < m; i++) Arrays.fill(x[i], 0, n, value);
    }

    static void identity(double[][] x, int m, int n) {
        fill(x, m, n, 0);
        for (int i = 0; i < Math.min(m, n); i++) x[i][i] = 1;
    }

    static void transpose(double[][] x, int m, int n, double[][] y) {
        for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) y[j][i] = x[i][j];
    }

    /// A matrix of a batch, into columns from one on.
    static void read(Operand x, long index, double[][] y, int column) {
        read(x.dtype(), Strides.address(x, x.rank() - 2, index), x.dim(-2), x.dim(-1), x.stride(-2), x.stride(-1), y,
            column);
    }

    static void readTransposed(Operand x, long index, double[][] y) {
        read(x.dtype(), Strides.address(x, x.rank() - 2, index), x.dim(-1), x.dim(-2), x.stride(-1), x.stride(-2), y,
            0);
    }

    private static void read(Dtype type, long at, int m, int n, long row, long column, double[][] y, int first) {
        for (int i = 0; i < m; i++) {
            var to = y[i];
            long from = at + i * row * type.bytes();
            long step = column * type.bytes();
            for (int j = 0; j < n; j++)
                to[first + j] = type == Dtype.FLOAT32 ? Ram.ALL.get(JAVA_FLOAT_UNALIGNED, from + j * step)
                    : Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, from + j * step);
        }
    }

    /// Where the results for a matrix of a batch begin, of which each has so many elements.
    static long place(Operand out, long index, long size) { return out.address() + index * size * out.dtype().bytes(); }

    /// Writes m rows of n columns from one on, in one piece from an address on, and returns the address after them.
    static long write(double[][] x, int m, int column, int n, Dtype type, long at) {
        for (int i = 0; i < m; i++) at = write(x[i], column, n, type, at);
        return at;
    }

    /// Writes the transposed of n rows of m columns.
    static long writeTransposed(double[][] x, int m, int n, Dtype type, long at) {
        int size = type.bytes();
        for (int j = 0; j < n; j++)
            for (int i = 0; i < m; i++) Elements.putDouble(type, at + ((long) i * n + j) * size, x[j][i]);
        return at + (long) m * n * size;
    }

    static long write(double[] x, int column, int n, Dtype type, long at) {
        for (int j = 0; j < n; j++)
            if (type == Dtype.FLOAT32) Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at + 4L * j, (float) x[column + j]);
            else Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, at + 8L * j, x[column + j]);
        return at + (long) n * type.bytes();
    }
}
