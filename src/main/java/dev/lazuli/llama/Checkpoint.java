package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.io.FormatException;
import dev.lazuli.llama.Llama.Attention;
import dev.lazuli.llama.Llama.Block;
import dev.lazuli.llama.Llama.Mlp;
import dev.lazuli.llama.Llama.Model;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.Lookup;
import dev.lazuli.nn.RmsNorm;
import dev.lazuli.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/// Where the weights of a LLaMA come from. Names are those of Hugging Face's checkpoints.
interface Checkpoint {
    LlamaConfig config();

    Tokenizer tokenizer();

    /// Whether there is a tensor of a name.
    boolean contains(String name);

    /// The vector of a name, checked to have `length` elements.
    Array vector(String name, int length);

    /// The layer of a matrix (out, in) under `name.weight`, however it is packed.
    Layer linear(String name, int out, int in);

    /// The table (tokens, width) under `name.weight`, however it is packed.
    Lookup lookup(String name, int tokens, int width);

    /// Bytes of all weights in the file.
    long bytes();

    /// What figures call the model: its size and packing.
    String label();

    static Checkpoint open(Path path) {
        if (Files.isDirectory(path)) return FolderCheckpoint.of(path);
        if (!Files.exists(path)) throw new FormatException(path + ": no such file or folder");
        if (path.toString().endsWith(".gguf")) return GgufCheckpoint.of(path);
        throw new FormatException(path + ": expected a folder with config.json, or a .gguf file");
    }

    default Writer writer() { return new Writer(model(), tokenizer(), label(), bytes()); }

    default Llama model() {
        var c = config();
        if (contains("model.layers." + c.layers() + ".input_layernorm.weight"))
            throw new FormatException("llama: the configuration says " + c.layers() + " layers, the weights have more");
        var blocks = IntStream.range(0, c.layers()).mapToObj(i -> block("model.layers." + i + ".")).toList();
        var model = new Model(lookup("model.embed_tokens", c.vocabulary(), c.width()), blocks, norm("model.norm"));
        return new Llama(model, c.tied() ? null : linear("lm_head", c.vocabulary(), c.width()), c);
    }

    private RmsNorm norm(String name) {
        return new RmsNorm(vector(name + ".weight", config().width()), config().eps());
    }

    private Block block(String at) {
        var c = config();
        int q = c.heads() * c.headDim();
        int kv = c.kvHeads() * c.headDim();
        return new Block(
            new Attention(linear(at + "self_attn.q_proj", q, c.width()), linear(at + "self_attn.k_proj", kv, c.width()),
                linear(at + "self_attn.v_proj", kv, c.width()), linear(at + "self_attn.o_proj", c.width(), q)),
            new Mlp(linear(at + "mlp.gate_proj", c.hidden(), c.width()),
                linear(at + "mlp.up_proj", c.hidden(), c.width()),
                linear(at + "mlp.down_proj", c.width(), c.hidden())),
            norm(at + "input_layernorm"), norm(at + "post_attention_layernorm"));
    }
}
