package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Lazuli;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/// A function of each row of a square matrix: 4 bytes read and 4 written an element.
///
/// @param reference the same for one row, in plain Java
public record RowWise(Array x, UnaryOperator<Array> function, UnaryOperator<double[]> reference,
                      SplittableRandom random) implements Computation {

    private static final int SAMPLES = 16;
    private static final double EPS = 1e-5;

    public static RowWise softmax(SplittableRandom random, int n) {
        return new RowWise(matrix(random, n), x -> Lazuli.softmax(x, -1), row -> {
            double max = Arrays.stream(row).max().orElseThrow();
            double sum = Arrays.stream(row).map(v -> Math.exp(v - max)).sum();
            return Arrays.stream(row).map(v -> Math.exp(v - max) / sum).toArray();
        }, random);
    }

    public static RowWise rmsNorm(SplittableRandom random, int n) {
        var weight = Data.uniform(random, 1, n);
        double[] w = weight.toDoubleArray();
        return new RowWise(matrix(random, n), x -> Fast.rmsNorm(x, weight, EPS), row -> {
            double scale = 1 / Math.sqrt(Arrays.stream(row).map(v -> v * v).sum() / n + EPS);
            var out = new double[n];
            for (int i = 0; i < n; i++) out[i] = row[i] * scale * w[i];
            return out;
        }, random);
    }

    public static RowWise layerNorm(SplittableRandom random, int n) {
        var weight = Data.uniform(random, 1, n);
        var bias = Data.uniform(random, 1, n);
        double[] w = weight.toDoubleArray();
        double[] b = bias.toDoubleArray();
        return new RowWise(matrix(random, n), x -> Fast.layerNorm(x, weight, bias, EPS), row -> {
            double mean = Arrays.stream(row).sum() / n;
            double scale = 1 / Math.sqrt(Arrays.stream(row).map(v -> (v - mean) * (v - mean)).sum() / n + EPS);
            var out = new double[n];
            for (int i = 0; i < n; i++) out[i] = (row[i] - mean) * scale * w[i] + b[i];
            return out;
        }, random);
    }

    private static Array matrix(SplittableRandom random, int n) { return Data.uniform(random, 4, n, n); }

    @Override public Cost cost() { return new Cost(8.0 * x.size(), 0, 1); }

    @Override public Array result() { return function.apply(x); }

    @Override public void check(Array result) {
        for (int sample = 0; sample < SAMPLES; sample++) {
            int row = random.nextInt(x.dim(0));
            double[] expected = reference.apply(x.get(row).toDoubleArray());
            double[] got = result.get(row).toDoubleArray();
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < got.length; i++)
                WrongResult.unless(got[i], expected[i], 0x1p-18 * largest, "element " + i + " of row " + row);
        }
    }
}
