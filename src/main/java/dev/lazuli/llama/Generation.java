package dev.lazuli.llama;

/// How tokens are generated.
///
/// @param sampler how the next token is chosen
/// @param maxTokens after how many the stream ends
/// @param ignoreEos whether the tokens that end a text are generated like others
/// @param repetitionPenalty what the scores of the last 20 tokens are divided by if positive, multiplied by if negative
/// @param prefillStep how many tokens of a prompt are evaluated together
public record Generation(Sampler sampler, int maxTokens, boolean ignoreEos, double repetitionPenalty, int prefillStep) {
    public Generation {
        if (maxTokens < 0 || !(repetitionPenalty > 0) || prefillStep <= 0)
            throw new IllegalArgumentException("generate: expected max tokens of at least 0, a repetition penalty and "
                + "a prefill step above 0, got " + maxTokens + ", " + repetitionPenalty + ", " + prefillStep);
    }

    /// The most likely tokens, as many as fit.
    public static Generation greedy() { return of(Sampler.greedy()); }

    /// As many tokens as fit, chosen by a sampler, without penalty, prompts 512 tokens at a time.
    public static Generation of(Sampler sampler) { return new Generation(sampler, Integer.MAX_VALUE, false, 1, 512); }

    /// The same with another limit of tokens.
    public Generation withMaxTokens(int most) {
        return new Generation(sampler, most, ignoreEos, repetitionPenalty, prefillStep);
    }

    /// The same, going on behind the end of a text or not.
    public Generation withIgnoreEos(boolean ignore) {
        return new Generation(sampler, maxTokens, ignore, repetitionPenalty, prefillStep);
    }

    /// The same with another penalty of repetition; 1 is none.
    public Generation withRepetitionPenalty(double penalty) {
        return new Generation(sampler, maxTokens, ignoreEos, penalty, prefillStep);
    }
}
