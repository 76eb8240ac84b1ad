package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

/// A `float64` matrix as Fortran has it, column after column.
record Columns(long address, int rows, int columns) {

    static Columns take(Scratch memory, int rows, int columns) {
        return new Columns(memory.take(8L * rows * columns), rows, columns);
    }

    private long column(int j) { return address + 8L * j * rows; }

    double get(int i, int j) { return Ram.ALL.get(JAVA_DOUBLE, column(j) + 8L * i); }

    void fill(double value) { for (int j = 0; j < columns; j++) fill(j, 0, rows, value); }

    /// Fills a column from one row to another.
    void fill(int j, int from, int to, double value) {
        for (int i = from; i < to; i++) Ram.ALL.set(JAVA_DOUBLE, column(j) + 8L * i, value);
    }

    boolean isFinite() {
        for (int j = 0; j < columns; j++) for (int i = 0; i < rows; i++) if (!Double.isFinite(get(i, j))) return false;
        return true;
    }

    /// Reads a matrix of a batch.
    void read(Operand x, long index) { read(x, index, x.stride(-2), x.stride(-1)); }

    void readTransposed(Operand x, long index) { read(x, index, x.stride(-1), x.stride(-2)); }

    private void read(Operand x, long index, long row, long column) {
        long from = Strides.address(x, x.rank() - 2, index);
        for (int j = 0; j < columns; j++)
            Elements.toDoubles(x.dtype(), from + j * column * x.dtype().bytes(), row, rows, column(j));
    }

    /// Writes the matrix row after row, and returns the address after it.
    long write(Dtype type, long at) {
        for (int j = 0; j < columns; j++)
            Elements.fromDoubles(column(j), rows, type, at + (long) j * type.bytes(), columns);
        return at + (long) rows * columns * type.bytes();
    }

    /// Writes the triangle on and above the diagonal of the first rows so.
    void writeUpper(int count, Dtype type, long at) {
        Ram.zero(at, (long) count * columns * type.bytes());
        for (int j = 0; j < columns; j++)
            Elements.fromDoubles(column(j), Math.min(count, j + 1), type, at + (long) j * type.bytes(), columns);
    }
}
