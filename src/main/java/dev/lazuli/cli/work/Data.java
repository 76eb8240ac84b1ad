package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.type.Shape;
import java.util.SplittableRandom;

/// Random arrays, in memory.
final class Data {
    private Data() {}

    /// `float32` numbers between -bound and bound.
    static Array uniform(SplittableRandom random, double bound, int... dims) {
        var values = new float[Math.toIntExact(Shape.of(dims).size())];
        double scale = bound / (1 << 23);
        for (int i = 0; i < values.length; i++) values[i] = (float) (((int) random.nextLong() >> 8) * scale);
        return Lazuli.array(values, dims);
    }

    static Array evaluated(Array x) {
        Lazuli.eval(x);
        return x;
    }
}
