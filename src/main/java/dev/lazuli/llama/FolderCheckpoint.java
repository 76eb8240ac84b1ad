package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.io.FormatException;
import dev.lazuli.io.Json;
import dev.lazuli.llama.LlamaConfig.Packing;
import dev.lazuli.nn.Embedding;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.Linear;
import dev.lazuli.nn.Lookup;
import dev.lazuli.quantize.QuantizedEmbedding;
import dev.lazuli.quantize.QuantizedLinear;
import dev.lazuli.text.Tokenizer;
import dev.lazuli.type.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A folder as Hugging Face and MLX lay it out: `config.json`, `model.safetensors` or shards with an index, and
/// `tokenizer.json`.
record FolderCheckpoint(Path folder, LlamaConfig config, @Nullable Packing packing, Map<String, Array> weights)
    implements Checkpoint {

    static FolderCheckpoint of(Path folder) {
        var json = Json.read(folder.resolve("config.json"));
        var index = folder.resolve("model.safetensors.index.json");
        var weights = Lazuli.load(Files.exists(index) ? index : folder.resolve("model.safetensors")).arrays();
        var config = LlamaConfig.of(json);
        // some configurations do not say that the output matrix is the table, and leave it out
        if (!config.tied() && !weights.containsKey("lm_head.weight")) config = config.asTied();
        return new FolderCheckpoint(folder, config, LlamaConfig.packing(json), weights);
    }

    @Override public Tokenizer tokenizer() { return Tokenizer.load(folder); }

    private Array weight(String name) {
        var found = weights.get(name);
        if (found == null) throw new FormatException(folder + ": no tensor '" + name + "', which config.json asks for");
        return found;
    }

    private Array weight(String name, int... dims) {
        var found = weight(name);
        if (!found.shape().equals(Shape.of(dims)))
            throw new FormatException(folder + ": " + name + ": expected shape " + Shape.of(dims)
                + " by config.json, got " + found.shape());
        return found;
    }

    private boolean isPacked(String name) { return packing != null && weights.containsKey(name + ".scales"); }

    @Override public boolean contains(String name) { return weights.containsKey(name); }

    @Override public Array vector(String name, int length) { return weight(name, length); }

    @Override public Layer linear(String name, int out, int in) {
        var bias = weights.containsKey(name + ".bias") ? weight(name + ".bias", out) : null;
        if (!isPacked(name)) return new Linear(weight(name + ".weight", out, in), bias);
        int groups = in / packing.group();
        return new QuantizedLinear(weight(name + ".weight", out, in * packing.bits() / 32),
            weight(name + ".scales", out, groups),
            weight(name + ".biases", out, groups), bias, packing.group(), packing.bits());
    }

    @Override public Lookup lookup(String name, int tokens, int width) {
        if (!isPacked(name)) return new Embedding(weight(name + ".weight", tokens, width));
        int groups = width / packing.group();
        return new QuantizedEmbedding(weight(name + ".weight", tokens, width * packing.bits() / 32),
            weight(name + ".scales", tokens, groups), weight(name + ".biases", tokens, groups), packing.group(),
            packing.bits());
    }

    @Override public long bytes() { return weights.values().stream().mapToLong(Array::bytes).sum(); }

    @Override public String label() {
        return "llama " + (packing == null ? weight("model.embed_tokens.weight").dtype()
            : packing.bits() + "-bit g" + packing.group());
    }
}
