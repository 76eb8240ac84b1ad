package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static dev.lazuli.Lazuli.swapaxes;

import dev.lazuli.type.Shape;
import java.util.ArrayList;

/// Products with a matrix of Hadamard: one of 1 and -1 whose rows are orthogonal.
///
/// Its size is m · 2^k; the matrix is the Kronecker product of one of size m with Sylvester's of size 2^k, and so is
/// the transform: a product along each of several short axes. Of size 12 it is Paley's (second kind, over the numbers
/// modulo 5), of 20 and 28 Williamson's.
final class Hadamard {
    /// The longest axis that Sylvester's matrices are multiplied along.
    private static final int AXIS = 64;
    private static final int[] SIZES = {12, 20, 28};

    private Hadamard() {}

    static Array transform(Array x, double scale) {
        if (x.rank() == 0) throw new IllegalArgumentException("hadamardTransform: expected at least one axis");
        int n = x.dim(-1), m = 1;
        for (int size : SIZES) if (Integer.bitCount(n) != 1 && n % size == 0 && m == 1) m = size;
        if (n == 0 || Integer.bitCount(n / m) != 1)
            throw new IllegalArgumentException("hadamardTransform: expected a last axis of m · 2^k with m 1, 12, 20 "
                + "or 28, got " + x.shape());
        var matrices = new ArrayList<float[]>();
        if (m > 1) matrices.add(m == 12 ? paley() : williamson(m / 4));
        for (int rest = n / m; rest > 1; rest /= AXIS) matrices.add(sylvester(Math.min(AXIS, rest)));
        var type = x.dtype().toInexact();
        var dims = Shape.of(matrices.stream().mapToInt(h -> (int) Math.sqrt(h.length)).toArray());
        var y = x.to(type).reshape(x.shape().range(0, x.rank() - 1).concat(dims));
        for (int i = 0; i < matrices.size(); i++) {
            int size = dims.dim(i), axis = i - matrices.size();
            var matrix = array(matrices.get(i), size, size).to(type);
            y = swapaxes(swapaxes(y, axis, -1).matmul(matrix.transpose()), axis, -1);
        }
        return y.reshape(x.shape()).mul(scale);
    }

    private static float[] sylvester(int n) {
        var h = new float[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) h[i * n + j] = Integer.bitCount(i & j) % 2 == 0 ? 1 : -1;
        return h;
    }

    private static float[] paley() {
        var h = new float[12 * 12];
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++) {
                int difference = Math.floorMod(i - j, 5);
                int sign = i == 0 || j == 0 || difference == 1 || difference == 4 ? 1 : -1;
                for (int a = 0; a < 2; a++)
                    for (int b = 0; b < 2; b++)
                        h[(2 * i + a) * 12 + 2 * j + b] = i == j ? a + b > 0 ? -1 : 1 : a + b > 1 ? -sign : sign;
            }
        return h;
    }

    /// Four circulants of size n by their first rows, of which some are negative.
    private static float[] williamson(int n) {
        var rows = n == 5 ? new String[] {"+----", "+----", "++--+", "+-++-"}
            : new String[] {"+------", "++----+", "+-+--+-", "+--++--"};
        int[][] which = {{1, 2, 3, 4}, {-2, 1, -4, 3}, {-3, 4, 1, -2}, {-4, -3, 2, 1}};
        var h = new float[16 * n * n];
        for (int i = 0; i < 4 * n; i++)
            for (int j = 0; j < 4 * n; j++) {
                int block = which[i / n][j / n];
                boolean plus = rows[Math.abs(block) - 1].charAt(Math.floorMod(j - i, n)) == '+';
                h[i * 4 * n + j] = plus == block > 0 ? 1 : -1;
            }
        return h;
    }
}
