package dev.lazuli.cli.work;

import dev.lazuli.Lazuli;
import dev.lazuli.llama.Llama;
import dev.lazuli.nn.KvCache;
import java.util.SplittableRandom;

/// What a model says about the next token.
final class LlamaScores {
    /// Of the typical score: the table of tokens is rounded to `float16`, sums of 22 layers to `float32`.
    private static final double TOLERANCE = 0.02;

    private LlamaScores() {}

    static int[] tokens(Llama llama, int count, SplittableRandom random) {
        return random.ints(count, 0, llama.config().vocabulary()).toArray();
    }

    /// Feeds tokens together.
    static float[] next(Llama llama, KvCache cache, int... tokens) {
        var scores = llama.last(Lazuli.array(tokens, 1, tokens.length), cache);
        Lazuli.eval(scores, cache.arrays());
        return scores.toFloatArray();
    }

    static void compare(float[] got, double[] expected, String what) {
        double squares = 0;
        for (double x : expected) squares += x * x;
        double typical = Math.sqrt(squares / expected.length);
        for (int i = 0; i < expected.length; i++)
            WrongResult.unless(got[i], expected[i], TOLERANCE * typical, "score " + i + " behind " + what);
    }
}
