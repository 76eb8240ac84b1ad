package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.type.Dtype;
import java.util.SplittableRandom;

/// `a · b` of matrices, or of as many pairs of them as the first axis has entries.
///
/// @param a (B, M, K)
/// @param b (B, K, N), or (K, N) for all
public record Product(Array a, Array b, SplittableRandom random) implements Workload {
    private static final int SAMPLES = 64;

    /// Matrices as they lie in memory, row by row.
    public static Product of(SplittableRandom random, Dtype type, int batch, int m, int n, int k) {
        return new Product(matrices(random, type, batch, m, k), matrices(random, type, batch, k, n), random);
    }

    /// `rows` inputs of a layer whose matrix is (out, in), as checkpoints have it.
    public static Product linear(SplittableRandom random, Dtype type, int rows, int out, int in) {
        return new Product(matrices(random, type, 1, rows, in),
            Data.evaluated(Data.uniform(random, 1, out, in).to(type)).T(), random);
    }

    private static Array matrices(SplittableRandom random, Dtype type, int... dims) {
        return Data.evaluated(Data.uniform(random, 1, dims).to(type));
    }

    private int m() { return a.dim(-2); }

    private int n() { return b.dim(-1); }

    private int k() { return a.dim(-1); }

    @Override public Cost cost() {
        double products = (double) a.dim(0) * m() * n();
        return new Cost(a.bytes() + b.bytes() + products * a.dtype().bytes(), 2 * products * k(), 1);
    }

    @Override public void run() { Lazuli.eval(a.matmul(b)); }

    @Override public void check() {
        double[] left = a.toDoubleArray();
        double[] right = b.toDoubleArray();
        double[] got = a.matmul(b).toDoubleArray();
        for (int sample = 0; sample < SAMPLES; sample++) {
            int at = random.nextInt(got.length);
            int row = at / n();
            int matrix = b.rank() == 2 ? 0 : row / m() * k() * n();
            double sum = 0;
            double magnitude = 0;
            for (int i = 0; i < k(); i++) {
                double term = left[row * k() + i] * right[matrix + i * n() + at % n()];
                sum += term;
                magnitude += Math.abs(term);
            }
            WrongResult.unless(got[at], sum, Tolerance.ofSum(magnitude, k()) + Tolerance.ofRounding(a.dtype(), sum),
                "element " + at + " of " + a + " · " + b.shape());
        }
    }
}
