package dev.lazuli.cli.work;

import static dev.lazuli.Index.all;
import static dev.lazuli.Index.at;

import dev.lazuli.Array;
import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// `a · b` of matrices, or of as many pairs of them as the first axis has entries.
///
/// @param a (B, M, K)
/// @param b (B, K, N), or (K, N) for all
public record Product(Array a, Array b, SplittableRandom random) implements Computation {
    private static final int SAMPLES = 64;

    /// Matrices as they lie in memory, row by row.
    public static Product of(SplittableRandom random, Dtype type, int batch, int m, int n, int k) {
        return new Product(matrices(random, type, batch, m, k), matrices(random, type, batch, k, n), random);
    }

    /// Batches of several sizes for one layer, whose matrix is (out, in), as checkpoints have it.
    public static List<Workload> linear(SplittableRandom random, Dtype type, int[] rows, int out, int in) {
        var weight = matrices(random, type, out, in).T();
        return Arrays.stream(rows).<Workload>mapToObj(m ->
            new Product(matrices(random, type, 1, m, in), weight, random)).toList();
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

    @Override public Array result() { return a.matmul(b); }

    @Override public void check(Array got) {
        for (int sample = 0; sample < SAMPLES; sample++) {
            int entry = random.nextInt(a.dim(0));
            int row = random.nextInt(m());
            int column = random.nextInt(n());
            double[] left = a.get(at(entry), at(row)).toDoubleArray();
            double[] right = (b.rank() == 2 ? b : b.get(entry)).get(all(), at(column)).toDoubleArray();
            double sum = 0;
            double magnitude = 0;
            for (int i = 0; i < left.length; i++) {
                sum += left[i] * right[i];
                magnitude += Math.abs(left[i] * right[i]);
            }
            WrongResult.unless(got.get(at(entry), at(row), at(column)).item(), sum,
                Tolerance.ofSum(magnitude, k()) + Tolerance.ofRounding(a.dtype(), sum),
                "element (" + entry + ", " + row + ", " + column + ") of " + a.shape() + " · " + b.shape());
        }
    }
}
