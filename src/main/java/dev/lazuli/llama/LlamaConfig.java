package dev.lazuli.llama;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The sizes and constants of a LLaMA.
///
/// @param layers blocks there are
/// @param width features of a token
/// @param hidden features inside the feed-forward part
/// @param heads query heads
/// @param kvHeads key and value heads, a divisor of `heads`
/// @param headDim features of a head
/// @param vocabulary tokens there are
/// @param context positions the model was made for
/// @param eps what keeps norms from dividing by zero
/// @param rope how positions turn queries and keys
/// @param tied whether the output matrix is the embedding table
public record LlamaConfig(int layers, int width, int hidden, int heads, int kvHeads, int headDim, int vocabulary,
                          int context, double eps, RopeConfig rope, boolean tied) {

    /// How matrices are packed, if all are alike.
    ///
    /// @param group elements that share a scale and a bias
    /// @param bits of an element
    public record Packing(int group, int bits) {}

    public LlamaConfig {
        if (layers < 0 || width <= 0 || hidden <= 0 || headDim <= 0 || vocabulary <= 0 || context <= 0)
            throw new FormatException("llama: expected positive sizes, got " + layers + " layers, width " + width
                + ", hidden " + hidden + ", head " + headDim + ", vocabulary " + vocabulary + ", context " + context);
        if (kvHeads <= 0 || heads <= 0 || heads % kvHeads != 0)
            throw new FormatException("llama: " + heads + " query heads do not divide among " + kvHeads + " key heads");
        if (headDim % 2 != 0)
            throw new FormatException("llama: expected heads of an even number of features, got " + headDim);
    }

    /// TinyLlama's shape, 1.1 billion parameters.
    public static LlamaConfig tiny1b() {
        return new LlamaConfig(22, 2048, 5632, 32, 4, 64, 32000, 2048, 1e-5, RopeConfig.plain(10000, false), false);
    }

    /// From a Hugging Face or MLX `config.json`.
    public static LlamaConfig of(Json json) {
        var type = json.string("model_type", "llama");
        if (!type.equals("llama") && !type.equals("mistral"))
            json.fail("model_type: expected llama, got " + type);
        var activation = json.string("hidden_act", "silu");
        if (!activation.equals("silu")) json.fail("hidden_act: expected silu, got " + activation);
        int width = integer(json, "hidden_size");
        int heads = integer(json, "num_attention_heads");
        int headDim = integer(json, "head_dim", width / Math.max(1, heads));
        return new LlamaConfig(integer(json, "num_hidden_layers"), width, integer(json, "intermediate_size"), heads,
            integer(json, "num_key_value_heads", heads), headDim, integer(json, "vocab_size"),
            integer(json, "max_position_embeddings", 2048), json.number("rms_norm_eps", 1e-6),
            RopeConfig.of(json, headDim), json.bool("tie_word_embeddings", false));
    }

    private static int integer(Json json, String key) { return integer(json.at(key)); }

    private static int integer(Json json, String key, int otherwise) {
        var found = json.find(key);
        return found == null ? otherwise : integer(found);
    }

    private static int integer(Json value) {
        long n = value.integer();
        return n == (int) n ? (int) n : value.fail("expected an integer of 32 bits, got " + n);
    }

    /// What `config.json` says of a model of plain rotation, packed or not.
    SequencedMap<String, Object> json(@Nullable Packing packing) {
        var json = new LinkedHashMap<String, Object>();
        json.put("model_type", "llama");
        json.put("num_hidden_layers", layers);
        json.put("hidden_size", width);
        json.put("intermediate_size", hidden);
        json.put("num_attention_heads", heads);
        json.put("num_key_value_heads", kvHeads);
        json.put("head_dim", headDim);
        json.put("vocab_size", vocabulary);
        json.put("max_position_embeddings", context);
        json.put("rms_norm_eps", eps);
        json.put("tie_word_embeddings", tied);
        if (packing != null)
            json.put("quantization", Map.of("group_size", packing.group(), "bits", packing.bits()));
        return json;
    }

    /// The packing a `config.json` names; null if it names none.
    static @Nullable Packing packing(Json json) {
        var q = json.find("quantization");
        if (q == null) return null;
        var mode = q.string("mode", "affine");
        if (!mode.equals("affine")) q.fail("mode: expected affine, got " + mode);
        return new Packing(integer(q, "group_size", 64), integer(q, "bits", 4));
    }

    /// From a GGUF file's metadata.
    public static LlamaConfig of(Gguf file) {
        var architecture = file.string("general.architecture");
        if (!architecture.equals("llama"))
            throw new FormatException(file.name() + ": general.architecture: expected llama, got " + architecture);
        int width = file.integer("llama.embedding_length");
        int heads = file.integer("llama.attention.head_count");
        int headDim = file.integer("llama.attention.key_length", width / Math.max(1, heads));
        int vocabulary = file.tensor("token_embd.weight").shape().dim(0);
        return new LlamaConfig(file.integer("llama.block_count"), width, file.integer("llama.feed_forward_length"),
            heads, file.integer("llama.attention.head_count_kv", heads), headDim, vocabulary,
            file.integer("llama.context_length"),
            file.number("llama.attention.layer_norm_rms_epsilon"), RopeConfig.of(file, headDim),
            !file.tensors().containsKey("output.weight"));
    }

    LlamaConfig asTied() {
        return new LlamaConfig(layers, width, hidden, heads, kvHeads, headDim, vocabulary, context, eps, rope, true);
    }

    /// The parameters of the model, tied ones once.
    public long parameters() {
        long q = (long) heads * headDim * width;
        long kv = (long) kvHeads * headDim * width;
        long block = 2 * q + 2 * kv + 3L * width * hidden + 2L * width;
        return layers * block + width + (tied ? 1L : 2L) * vocabulary * width;
    }
}
