package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.io.Json;
import dev.lazuli.nn.Embedding;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.Linear;
import dev.lazuli.nn.Lookup;
import dev.lazuli.quantize.QuantizedEmbedding;
import dev.lazuli.quantize.QuantizedLinear;
import dev.lazuli.text.Tokenizer;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Weights that nobody trained, to measure speed without a file: packed to 4 or 8 bits, or `float16` or `float32`.
final class RandomCheckpoint implements Checkpoint {
    private final LlamaConfig config;
    private final int bits;
    private final int group;
    private final SplittableRandom random;
    private final SequencedMap<String, Array> all = new LinkedHashMap<>();

    RandomCheckpoint(LlamaConfig config, int bits, int group, long seed) {
        if (bits != 4 && bits != 8 && bits != 16 && bits != 32)
            throw new IllegalArgumentException("random: expected 4, 8, 16 or 32 bits, got " + bits);
        this.config = config;
        this.bits = bits;
        this.group = group;
        this.random = new SplittableRandom(seed);
    }

    /// Writes `config.json` and `model.safetensors`, as [FolderCheckpoint] reads them.
    void save(Path folder) {
        model();
        var packing = bits > 8 ? null : new LlamaConfig.Packing(group, bits);
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), Json.write(config.json(packing)));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be written", e);
        }
        Lazuli.saveSafetensors(folder.resolve("model.safetensors"), all, Map.of("format", "mlx"));
    }

    @Override public LlamaConfig config() { return config; }

    @Override public Tokenizer tokenizer() {
        throw new IllegalStateException("random: a random model has no tokenizer");
    }

    @Override public boolean contains(String name) { return false; }

    @Override public Array vector(String name, int length) { return kept(name, Lazuli.ones(length)); }

    @Override public Layer linear(String name, int out, int in) {
        if (bits > 8) return new Linear(plain(name, out, in), null);
        return new QuantizedLinear(words(name, out, in), scales(name + ".scales", out, in, 1),
            scales(name + ".biases", out, in, -(1 << bits - 1)), null, group, bits);
    }

    @Override public Lookup lookup(String name, int tokens, int width) {
        if (bits > 8) return new Embedding(plain(name, tokens, width));
        return new QuantizedEmbedding(words(name, tokens, width), scales(name + ".scales", tokens, width, 1),
            scales(name + ".biases", tokens, width, -(1 << bits - 1)), group, bits);
    }

    private Array kept(String name, Array x) {
        all.put(name, x);
        return x;
    }

    // Uniform numbers whose squares sum to about one in each row.
    private Array plain(String name, int out, int in) {
        double scale = Math.sqrt(3.0 / in) / (1 << 23);
        var values = new float[in];
        var rows = new ArrayList<Array>();
        for (int r = 0; r < out; r++) {
            for (int i = 0; i < in; i++) values[i] = (float) (((int) random.nextLong() >> 8) * scale);
            rows.add(Lazuli.array(values));
        }
        var matrix = Lazuli.stack(rows, 0).to(bits == 16 ? Dtype.FLOAT16 : Dtype.FLOAT32);
        Lazuli.eval(matrix);
        return kept(name + ".weight", matrix);
    }

    private Array words(String name, int out, int in) {
        var values = new int[Math.toIntExact((long) out * in / 32 * bits)];
        for (int i = 0; i < values.length; i++) values[i] = (int) random.nextLong();
        return kept(name + ".weight", Lazuli.array(values, out, in / 32 * bits).view(Dtype.UINT32));
    }

    private Array scales(String name, int out, int in, double times) {
        var values = new float[out * (in / group)];
        java.util.Arrays.fill(values, (float) (times * Math.sqrt(3.0 / in) / (1 << bits - 1)));
        var scales = Lazuli.array(values, out, in / group).to(Dtype.FLOAT16);
        Lazuli.eval(scales);
        return kept(name, scales);
    }

    @Override public long bytes() { return all.values().stream().mapToLong(Array::bytes).sum(); }

    @Override public String label() {
        return "llama %.1fB %s".formatted(config.parameters() / 1e9, bits > 8 ? "f" + bits : bits + "-bit g" + group);
    }
}
