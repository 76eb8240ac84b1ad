package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.llama.Llama.Generated;
import dev.lazuli.nn.KvCache;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One generation: feeds the prompt, then each token that was chosen.
final class Generator {
    private static final int PENALTY_WINDOW = 20;

    private final Llama llama;
    private final Generation how;
    private final KvCache cache;
    private int[] tokens = new int[0];

    Generator(Llama llama, Generation how, KvCache cache) {
        this.llama = llama;
        this.how = how;
        this.cache = cache;
    }

    Stream<Generated> stream(int[] prompt) {
        check(prompt);
        tokens = prompt.clone();
        return Stream.iterate((Generated) null, g -> true, this::next).skip(1).takeWhile(g -> g != null);
    }

    private void check(int[] prompt) {
        int context = llama.config().context();
        if (prompt.length == 0) throw new IllegalArgumentException("generate: the prompt has no tokens");
        if (cache.length() + prompt.length > context)
            throw new IllegalArgumentException("generate: " + (cache.length() + prompt.length)
                + " tokens do not fit the context of " + context + "; shorten the prompt");
        for (int token : prompt)
            if (token < 0 || token >= llama.config().vocabulary())
                throw new IllegalArgumentException("generate: token " + token + " is not in the vocabulary of "
                    + llama.config().vocabulary());
    }

    private @Nullable Generated next(@Nullable Generated before) {
        if (Thread.currentThread().isInterrupted() || cache.length() >= llama.config().context()) return null;
        var scores = before == null ? prefill() : step(before.id());
        if (scores == null) return null;
        penalize(scores);
        normalize(scores);
        int id = how.sampler().sample(scores);
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = id;
        return new Generated(id, scores[id]);
    }

    private float[] prefill() {
        int at = 0;
        for (; tokens.length - at > how.prefillStep(); at += how.prefillStep()) {
            llama.hidden(row(Arrays.copyOfRange(tokens, at, at + how.prefillStep())), cache);
            Lazuli.eval(cache.arrays());
        }
        return scores(Arrays.copyOfRange(tokens, at, tokens.length));
    }

    private float @Nullable [] step(int token) {
        return cache.length() >= llama.config().context() ? null : scores(token);
    }

    private float[] scores(int... fed) {
        var logits = llama.last(row(fed), cache);
        Lazuli.eval(logits, cache.arrays());
        return logits.toFloatArray();
    }

    private static Array row(int... tokens) { return Lazuli.array(tokens, 1, tokens.length); }

    private void penalize(float[] scores) {
        if (how.repetitionPenalty() == 1) return;
        float penalty = (float) how.repetitionPenalty();
        Arrays.stream(tokens, Math.max(0, tokens.length - PENALTY_WINDOW), tokens.length).distinct()
            .forEach(t -> scores[t] = scores[t] < 0 ? scores[t] * penalty : scores[t] / penalty);
    }

    private static void normalize(float[] scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (float s : scores) max = Math.max(max, s);
        if (!Double.isFinite(max)) throw new ArithmeticException("generate: the model's scores are not finite");
        double sum = 0;
        for (float s : scores) sum += Math.exp(s - max);
        float shift = (float) (max + Math.log(sum));
        for (int i = 0; i < scores.length; i++) scores[i] -= shift;
    }
}
