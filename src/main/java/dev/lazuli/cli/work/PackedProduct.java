package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// `x · wᵀ` with a matrix in MLX's affine packing: what a layer of a quantised model does for each token.
///
/// @param x (rows, in)
/// @param weight (out, in·bits/32) `uint32` words
/// @param scales (out, in/group)
/// @param biases (out, in/group)
public record PackedProduct(Array x, Array weight, Array scales, Array biases, int group, int bits,
                            SplittableRandom random) implements Computation {

    private static final int SAMPLES = 64;

    public static PackedProduct of(SplittableRandom random, int rows, int out, int in, int group, int bits) {
        var words = new int[Math.toIntExact((long) out * in / 32 * bits)];
        for (int i = 0; i < words.length; i++) words[i] = (int) random.nextLong();
        var weight = Data.evaluated(Lazuli.array(words, out, in / 32 * bits).view(Dtype.UINT32));
        return new PackedProduct(Data.uniform(random, 1, rows, in), weight, halves(random, out, in / group),
            halves(random, out, in / group), group, bits, random);
    }

    /// Batches of several sizes for one matrix.
    public static List<Workload> of(SplittableRandom random, int[] rows, int out, int in, int group, int bits) {
        var one = of(random, 1, out, in, group, bits);
        return Arrays.stream(rows).<Workload>mapToObj(m ->
            new PackedProduct(Data.uniform(random, 1, m, in), one.weight, one.scales, one.biases, group, bits, random))
            .toList();
    }

    private static Array halves(SplittableRandom random, int... dims) {
        return Data.evaluated(Data.uniform(random, 1, dims).to(Dtype.FLOAT16));
    }

    /// Bytes of the packed matrix only: they are what comes from memory.
    @Override public Cost cost() {
        double weights = (double) weight.dim(0) * x.dim(1);
        return new Cost(weight.bytes() + scales.bytes() + biases.bytes(), 2 * weights * x.dim(0), 1);
    }

    @Override public Array result() { return Lazuli.quantizedMatmul(x, weight, scales, biases, true, group, bits); }

    @Override public void check(Array result) {
        float[] left = x.toFloatArray();
        float[] got = result.toFloatArray();
        for (int sample = 0; sample < SAMPLES; sample++) {
            int row = random.nextInt(weight.dim(0));
            var line = PackedLine.of(weight.get(row), scales.get(row), biases.get(row), group, bits);
            for (int i = 0; i < x.dim(0); i++) {
                double sum = 0;
                double magnitude = 0;
                for (int j = 0; j < x.dim(1); j++) {
                    sum += left[i * x.dim(1) + j] * line[j];
                    // what is multiplied and what is added apart: the kernel's sums are of these
                    magnitude += Math.abs(left[i * x.dim(1) + j]) * (1 << bits);
                }
                WrongResult.unless(got[i * weight.dim(0) + row], sum, Tolerance.ofSum(magnitude, x.dim(1)),
                    "row " + row + " of " + bits + "-bit " + weight.shape() + " · " + x.shape());
            }
        }
    }
}
