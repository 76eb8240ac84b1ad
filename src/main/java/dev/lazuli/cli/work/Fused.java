package dev.lazuli.cli.work;

import static dev.lazuli.Lazuli.exp;

import dev.lazuli.Array;
import java.util.SplittableRandom;

/// `exp(x)·x + 1`, one kernel: 4 bytes read and 4 written an element.
public record Fused(Array x, SplittableRandom random) implements Computation {
    private static final int SAMPLES = 1024;

    public static Fused of(SplittableRandom random, int elements) {
        return new Fused(Data.uniform(random, 4, elements), random);
    }

    @Override public Cost cost() { return new Cost(8.0 * x.size(), 0, 1); }

    @Override public Array result() { return exp(x).mul(x).add(1); }

    @Override public void check(Array result) {
        float[] in = x.toFloatArray();
        float[] got = result.toFloatArray();
        for (int sample = 0; sample < SAMPLES; sample++) {
            int i = random.nextInt(in.length);
            double product = Math.exp(in[i]) * in[i];
            WrongResult.unless(got[i], product + 1, 0x1p-20 * (1 + Math.abs(product)), "exp(x)·x + 1 of " + in[i]);
        }
    }
}
