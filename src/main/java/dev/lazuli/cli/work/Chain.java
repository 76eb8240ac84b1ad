package dev.lazuli.cli.work;

import dev.lazuli.Array;
import java.util.SplittableRandom;

/// `y = y.add(x)` over and over on one element, built and evaluated: what an operation costs that computes nothing.
public record Chain(Array start, Array x, int length) implements Computation {
    public static Chain of(SplittableRandom random, int length) {
        return new Chain(Data.uniform(random, 1, 1), Data.uniform(random, 1, 1), length);
    }

    @Override public Cost cost() { return new Cost(0, length, length); }

    @Override public Array result() {
        var y = start;
        for (int i = 0; i < length; i++) y = y.add(x);
        return y;
    }

    // The same step rounds the same way for hundreds of sums: the exact one is no measure, plain Java's is.
    @Override public void check(Array got) {
        float step = (float) x.item(), sum = (float) start.item();
        for (int i = 0; i < length; i++) sum += step;
        WrongResult.unless(got.item(), sum, 0, "a sum of " + length + " times " + step);
    }
}
