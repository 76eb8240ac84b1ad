package dev.lazuli.cli.work;

import dev.lazuli.llama.Llama;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A prompt at once into an empty cache, as llama-bench's `pp`.
public record Prefill(Llama.Loaded model, int tokens, SplittableRandom random) implements Workload {
    /// Enough that matrices are multiplied, not vectors.
    private static final int CHECKED = 12;

    @Override public Cost cost() { return ModelCost.of(model).prompt(tokens); }

    @Override public void run() {
        LlamaScores.next(model.llama(), model.llama().cache(), LlamaScores.tokens(model.llama(), tokens, random));
    }

    /// A short prompt against plain Java; the last token of a long one against the same token fed alone.
    @Override public void check() {
        var llama = model.llama();
        var few = LlamaScores.tokens(llama, CHECKED, random);
        LlamaScores.compare(LlamaScores.next(llama, llama.cache(), few), new LlamaReference(llama).scores(few),
            "a prompt of " + CHECKED + " tokens");
        var all = LlamaScores.tokens(llama, tokens, random);
        var cache = llama.cache();
        var together = LlamaScores.next(llama, cache, all);
        cache.rollback(tokens - 1);
        var alone = LlamaScores.next(llama, cache, all[tokens - 1]);
        var expected = new double[alone.length];
        Arrays.setAll(expected, i -> alone[i]);
        LlamaScores.compare(together, expected, "a prompt of " + tokens + " tokens");
    }
}
