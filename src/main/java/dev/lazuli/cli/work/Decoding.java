package dev.lazuli.cli.work;

import dev.lazuli.llama.Llama;
import java.util.SplittableRandom;

/// Tokens one after the other from an empty cache, as llama-bench's `tg`.
public record Decoding(Llama.Loaded model, int tokens, SplittableRandom random) implements Workload {
    private static final int CHECKED = 3;

    @Override public Cost cost() { return ModelCost.of(model).generated(tokens); }

    @Override public void run() { last(LlamaScores.tokens(model.llama(), tokens, random)); }

    private float[] last(int[] tokens) {
        var cache = model.llama().cache();
        var scores = new float[0];
        for (int token : tokens) scores = LlamaScores.next(model.llama(), cache, token);
        return scores;
    }

    @Override public void check() {
        var tokens = LlamaScores.tokens(model.llama(), CHECKED, random);
        LlamaScores.compare(last(tokens), new LlamaReference(model.llama()).scores(tokens),
            "decoding " + CHECKED + " tokens");
    }
}
