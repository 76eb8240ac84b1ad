package dev.lazuli.llama;

import dev.lazuli.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A LLaMA and its tokenizer: text in, text out.
///
/// @param llama the model
/// @param tokenizer the model's own
/// @param label what figures call the model
/// @param bytes of all weights
public record Writer(Llama llama, Tokenizer tokenizer, String label, long bytes) {

    /// A token of the answer.
    ///
    /// @param id the token
    /// @param text the characters it completes, perhaps none: it never ends inside a character
    /// @param logProbability the logarithm of its probability
    public record Token(int id, String text, float logProbability) {
        /// The text.
        @Override public String toString() { return text; }
    }

    /// The most likely continuation, token by token as it is pulled.
    public Stream<Token> generate(String prompt) { return generate(prompt, Sampler.greedy()); }

    /// A continuation whose tokens a sampler chooses, as it is pulled.
    public Stream<Token> generate(String prompt, Sampler sampler) { return generate(prompt, Generation.of(sampler)); }

    /// The continuation of a prompt, token by token as it is pulled, without the prompt. It ends at `maxTokens`, where
    /// the context ends, before a token that ends a text, or when the thread that pulls is interrupted.
    public Stream<Token> generate(String prompt, Generation how) { return generate(tokenizer.encode(prompt), how); }

    /// As above, of a prompt that is tokens already.
    public Stream<Token> generate(int[] prompt, Generation how) {
        var generated = llama.generate(prompt, how, llama.cache()).iterator();
        var decoder = tokenizer.decoder(prompt);
        var ends = tokenizer.eos();
        return StreamSupport.stream(new Spliterators.AbstractSpliterator<Token>(Long.MAX_VALUE, Spliterator.ORDERED) {
            private int left = how.maxTokens();

            @Override public boolean tryAdvance(Consumer<? super Token> action) {
                if (left == 0) return false;
                left--;
                if (!generated.hasNext()) return false;
                var g = generated.next();
                if (!how.ignoreEos() && ends.contains(g.id())) {
                    left = 0;
                    return false;
                }
                var text = decoder.next(g.id());
                action.accept(new Token(g.id(), left == 0 ? text + decoder.flush() : text, g.logProbability()));
                return true;
            }
        }, false);
    }

    /// The whole continuation as one text.
    public String write(String prompt, Generation how) {
        List<String> parts = new ArrayList<>();
        generate(prompt, how).forEach(t -> parts.add(t.text()));
        return String.join("", parts);
    }
}
