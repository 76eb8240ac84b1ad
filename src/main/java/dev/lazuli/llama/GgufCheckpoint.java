package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.GgufType;
import dev.lazuli.nn.Embedding;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.Linear;
import dev.lazuli.nn.Lookup;
import dev.lazuli.quantize.BlockEmbedding;
import dev.lazuli.quantize.BlockLinear;
import dev.lazuli.text.Tokenizer;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.nio.file.Path;
import java.util.Arrays;

/// A GGUF file, its tensors as stored.
record GgufCheckpoint(Gguf file, LlamaConfig config) implements Checkpoint {

    static GgufCheckpoint of(Path path) {
        var file = Gguf.read(path);
        return new GgufCheckpoint(file, LlamaConfig.of(file));
    }

    @Override public Tokenizer tokenizer() { return Tokenizer.of(file); }

    private static String name(String name) {
        return name.replace("model.layers.", "blk.").replace("model.embed_tokens", "token_embd")
            .replace("model.norm", "output_norm")
            .replace("lm_head", "output").replace("self_attn.o_proj", "attn_output")
            .replaceAll("self_attn\\.([qkv])_proj", "attn_$1")
            .replaceAll("mlp\\.(\\w+)_proj", "ffn_$1").replace("post_attention_layernorm", "ffn_norm")
            .replace("input_layernorm", "attn_norm");
    }

    private Gguf.Tensor tensor(String name, int... dims) {
        var tensor = file.tensor(name(name));
        if (!tensor.shape().equals(Shape.of(dims)))
            throw new FormatException(file.name() + ": " + name(name) + ": expected shape " + Shape.of(dims) + ", got "
                + tensor.shape());
        return tensor;
    }

    /// The format of a tensor's blocks; the error of a type that is not computed with names it.
    private BlockFormat format(String name, GgufType type) {
        var format = type.format();
        if (format != null) return format;
        throw new FormatException(file.name() + ": " + name(name) + " is of type " + type
            + "; supported are the plain types and " + Arrays.toString(BlockFormat.values()));
    }

    private static Array plain(Gguf.Tensor tensor, Dtype dtype) {
        return Lazuli.array(tensor.data(), dtype, tensor.shape().dims());
    }

    private static Array blocks(Gguf.Tensor tensor, BlockFormat format) {
        var shape = tensor.shape();
        return Lazuli.array(tensor.data(), Dtype.UINT8, shape.dim(0),
            shape.dim(1) / format.elements() * format.bytes());
    }

    @Override public boolean contains(String name) { return file.tensors().containsKey(name(name)); }

    @Override public Array vector(String name, int length) {
        var tensor = tensor(name, length);
        var dtype = tensor.type().dtype();
        if (dtype == null)
            throw new FormatException(file.name() + ": " + name(name) + ": expected plain numbers, got "
                + tensor.type());
        return plain(tensor, dtype);
    }

    @Override public Layer linear(String name, int out, int in) {
        var tensor = tensor(name + ".weight", out, in);
        var bias = contains(name + ".bias") ? vector(name + ".bias", out) : null;
        var dtype = tensor.type().dtype();
        if (dtype != null) return new Linear(plain(tensor, dtype), bias);
        var format = format(name, tensor.type());
        return new BlockLinear(blocks(tensor, format), bias, format);
    }

    @Override public Lookup lookup(String name, int tokens, int width) {
        var tensor = tensor(name + ".weight", tokens, width);
        var dtype = tensor.type().dtype();
        if (dtype != null) return new Embedding(plain(tensor, dtype));
        var format = format(name, tensor.type());
        return new BlockEmbedding(blocks(tensor, format), format);
    }

    @Override public long bytes() { return file.tensors().values().stream().mapToLong(t -> t.data().byteSize()).sum(); }

    @Override public String label() {
        return "llama " + file.tensor(config.layers() == 0 ? "token_embd.weight" : "blk.0.attn_q.weight").type();
    }
}
