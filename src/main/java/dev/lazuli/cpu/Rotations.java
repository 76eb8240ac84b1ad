package dev.lazuli.cpu;

/// Rotations of pairs of rows of a matrix, gathered, and then made for some columns at a time: these stay in the cache
/// while all rotations pass, and others go to another thread.
final class Rotations {
    private static final int MOST = 1 << 13;
    /// Columns at a time: long enough for vectors, short enough that many rows of them fit.
    private static final int STRIP = 64;

    private final double[][] rows;
    private final int columns;
    private final double[] given; // four numbers each: two rows, cosine and sine
    private int count;

    /// @param columns 0 if nobody wants the rows
    Rotations(Workspace space, double[][] rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        given = space.vector(columns == 0 ? 0 : 4 * MOST);
    }

    /// Row i becomes c·i + s·j, row j becomes c·j - s·i.
    void add(int i, int j, double c, double s) {
        if (columns == 0) return;
        if (count == MOST) flush();
        int at = 4 * count++;
        given[at] = i;
        given[at + 1] = j;
        given[at + 2] = c;
        given[at + 3] = s;
    }

    void flush() {
        if (RowLoops.isSmall(columns, count)) turn(0, columns);
        else Workers.forRange(Math.ceilDiv(columns, STRIP), RowLoops.grain((long) STRIP * count), (from, to) -> {
            for (int s = (int) from; s < to; s++) turn(s * STRIP, Math.min(columns, (s + 1) * STRIP));
        });
        count = 0;
    }

    private void turn(int from, int to) {
        for (int at = 0; at < 4 * count; at += 4)
            turn(rows[(int) given[at]], rows[(int) given[at + 1]], given[at + 2], given[at + 3], from, to);
    }

    static void turn(double[] x, double[] y, double c, double s, int from, int to) {
        for (int j = from; j < to; j++) {
            double a = x[j], b = y[j];
            x[j] = c * a + s * b;
            y[j] = c * b - s * a;
        }
    }
}
