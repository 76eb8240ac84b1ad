package dev.lazuli.llama;

import static dev.lazuli.nn.Activations.silu;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Index;
import dev.lazuli.Lazuli;
import dev.lazuli.nn.KvCache;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.Lookup;
import dev.lazuli.nn.RmsNorm;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// LLaMA: a record whose components carry the checkpoint's names.
///
/// ```
/// var llama = Llama.load(Path.of("Llama-3.2-1B-Instruct"));
/// llama.generate("Once upon a time").limit(100).forEach(IO::print);
/// ```
///
/// @param model what comes before the output matrix
/// @param lmHead the output matrix; null if the embedding table serves
/// @param config its sizes and constants
public record Llama(Model model, @Nullable Layer lmHead, LlamaConfig config) {

    /// A model together with its tokenizer, ready to write.
    ///
    /// @param path a folder with `config.json`, safetensors and `tokenizer.json`, or a GGUF file
    public static Writer load(Path path) { return Checkpoint.open(path).writer(); }

    /// A model without its tokenizer.
    ///
    /// @param path a folder with `config.json` and safetensors, or a GGUF file
    public static Loaded open(Path path) {
        var file = Checkpoint.open(path);
        return new Loaded(file.model(), file.label(), file.bytes());
    }

    /// A model of random weights, packed to 4 or 8 `bits` in groups, or of 16 or 32 bits. It has no tokenizer.
    public static Loaded random(LlamaConfig config, int bits, int group, long seed) {
        var weights = new RandomCheckpoint(config, bits, group, seed);
        return new Loaded(weights.model(), weights.label(), weights.bytes());
    }

    /// Writes a model of random weights as a folder of `config.json` and `model.safetensors`, without a tokenizer.
    public static void saveRandom(Path folder, LlamaConfig config, int bits, int group, long seed) {
        new RandomCheckpoint(config, bits, group, seed).save(folder);
    }

    /// A model and what figures say about it.
    ///
    /// @param llama the model
    /// @param label what figures call it
    /// @param bytes of all weights
    public record Loaded(Llama llama, String label, long bytes) {}

    /// Embedding, blocks, and the norm behind them.
    ///
    /// @param embedTokens the vector of each token
    /// @param layers applied one after the other
    /// @param norm of the last block's result
    public record Model(Lookup embedTokens, List<Block> layers, RmsNorm norm) {}

    /// Attention and a feed-forward part, each applied to a norm of what is there and added to it.
    ///
    /// @param selfAttn looks at earlier positions
    /// @param mlp looks at each position alone
    /// @param inputLayernorm in front of `selfAttn`
    /// @param postAttentionLayernorm in front of `mlp`
    public record Block(Attention selfAttn, Mlp mlp, RmsNorm inputLayernorm, RmsNorm postAttentionLayernorm) {
        Array apply(Array x, int layer, LlamaConfig config, KvCache cache) {
            var h = x.add(selfAttn.apply(inputLayernorm.apply(x), layer, config, cache));
            return h.add(mlp.apply(postAttentionLayernorm.apply(h)));
        }
    }

    /// `down(silu(gate(x)) · up(x))`.
    ///
    /// @param gateProj from width to hidden
    /// @param upProj from width to hidden
    /// @param downProj from hidden to width
    public record Mlp(Layer gateProj, Layer upProj, Layer downProj) implements Layer {
        @Override public Array apply(Array x) { return downProj.apply(silu(gateProj.apply(x)).mul(upProj.apply(x))); }
    }

    /// Causal attention with rotated queries and keys; several query heads share a key head.
    ///
    /// @param qProj to heads · headDim features of queries
    /// @param kProj to kvHeads · headDim features of keys
    /// @param vProj to kvHeads · headDim features of values
    /// @param oProj from the heads side by side to width
    public record Attention(Layer qProj, Layer kProj, Layer vProj, Layer oProj) {
        Array apply(Array x, int layer, LlamaConfig config, KvCache cache) {
            int offset = cache.length();
            var q = config.rope().apply(heads(qProj.apply(x), config.heads()), offset);
            var k = config.rope().apply(heads(kProj.apply(x), config.kvHeads()), offset);
            var v = heads(vProj.apply(x), config.kvHeads());
            var seen = cache.append(layer, k, v);
            var y = Fast.scaledDotProductAttention(q, seen.keys(), seen.values(), 1 / Math.sqrt(config.headDim()),
                true);
            return oProj.apply(y.transpose(0, 2, 1, 3).reshape(x.dim(0), x.dim(1), -1));
        }

        private static Array heads(Array x, int heads) {
            return x.reshape(x.dim(0), x.dim(1), heads, -1).transpose(0, 2, 1, 3);
        }
    }

    /// The scores of the next token behind each of some tokens.
    ///
    /// @param tokens (1, positions) integers, which follow those in the cache
    /// @return (1, positions, vocabulary)
    public Array apply(Array tokens, KvCache cache) { return logits(hidden(tokens, cache)); }

    /// The scores of the next token behind the last of some tokens: (vocabulary).
    public Array last(Array tokens, KvCache cache) {
        return logits(hidden(tokens, cache).get(Index.at(0), Index.from(tokens.dim(-1) - 1)))
            .reshape(config.vocabulary());
    }

    /// The features behind each token, before the output matrix.
    public Array hidden(Array tokens, KvCache cache) {
        var h = model.embedTokens.apply(tokens);
        for (int i = 0; i < model.layers.size(); i++) h = model.layers.get(i).apply(h, i, config, cache);
        cache.advance(tokens.dim(-1));
        return model.norm.apply(h);
    }

    private Array logits(Array h) { return lmHead == null ? model.embedTokens.asLinear(h) : lmHead.apply(h); }

    /// A cache for one generation.
    public KvCache cache() { return new KvCache(config.layers()); }

    /// The tokens that follow `prompt`, computed as they are pulled; the stream ends where the context does, or when
    /// the thread that pulls is interrupted, which it stays.
    ///
    /// @throws IllegalArgumentException at once, if the prompt is empty, longer than the context, or has a token that
    /// is
    ///     not in the vocabulary
    public Stream<Generated> generate(int[] prompt, Generation how, KvCache cache) {
        return new Generator(this, how, cache).stream(prompt);
    }

    /// A token that was generated, and the logarithm of its probability.
    ///
    /// @param id the token
    /// @param logProbability natural logarithm of its probability, after the repetition penalty and before the
    ///     sampler's limits
    public record Generated(int id, float logProbability) {}

    /// Evaluates every array of the model: mapped ones stay mapped.
    public Llama evaluated() {
        Lazuli.eval(this);
        return this;
    }
}
