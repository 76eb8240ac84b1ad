package dev.lazuli.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.Shared;
import dev.lazuli.Tree;
import dev.lazuli.io.FormatException;
import dev.lazuli.io.Json;
import dev.lazuli.memory.Pool;
import dev.lazuli.quantize.QuantizedLinear;
import dev.lazuli.type.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A LLaMA from files: what is refused, and that the ways to run it agree.
class LlamaTest {
    private static final LlamaConfig SMALL =
        new LlamaConfig(2, 64, 96, 4, 2, 16, 50, 32, 1e-5, RopeConfig.plain(10000, false), false);

    @TempDir Path folder;

    private static int[] prompt(int length) {
        var tokens = new int[length];
        for (int i = 0; i < length; i++) tokens[i] = (7 * i + 3) % 50;
        return tokens;
    }

    private static Array row(int... tokens) { return Lazuli.array(tokens, 1, tokens.length); }

    @Test void tokenByTokenAgreesWithAllAtOnce() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var tokens = prompt(20);
        var whole = llama.apply(row(tokens), llama.cache()).toFloatArray();
        var cache = llama.cache();
        for (int i = 0; i < tokens.length; i++) {
            var one = llama.last(row(tokens[i]), cache);
            Lazuli.eval(one, cache.arrays());
            var got = one.toFloatArray();
            for (int j = 0; j < got.length; j++) assertEquals(whole[i * 50 + j], got[j], 1e-4);
        }
        assertEquals(20, cache.length());
    }

    @Test void longPromptsTakeLinearMemory() {
        var config = new LlamaConfig(2, 64, 96, 4, 2, 16, 50, 8192, 1e-5, RopeConfig.plain(10000, false), false);
        var llama = Llama.random(config, 32, 32, 1).llama();
        var cache = llama.cache();
        Pool.resetPeak();
        long before = Pool.active();
        Lazuli.eval(llama.last(row(prompt(8192)), cache), cache.arrays());
        long scoresOfOneHead = 4L * 8192 * 8192, peak = Pool.peak() - before;
        assertTrue(peak < scoresOfOneHead / 8, peak + " bytes");
    }

    @Test void aCacheThatWasRolledBackStartsOverThere() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var cache = llama.cache();
        Lazuli.eval(llama.last(row(prompt(8)), cache), cache.arrays());
        var first = llama.last(row(9), cache).toFloatArray();
        cache.rollback(8);
        assertArrayEquals(first, llama.last(row(9), cache).toFloatArray(), 1e-6f);
        assertThrows(IllegalArgumentException.class, () -> cache.rollback(10));
    }

    @Test void packedLayersAgreeWithTheirMeaning() {
        for (int bits : new int[] {4, 8}) {
            var block = Llama.random(SMALL, bits, 32, 1).llama().model().layers().getFirst();
            var layer = (QuantizedLinear) block.mlp().downProj();
            var dense = Lazuli.dequantize(layer.weight(), layer.scales().to(Dtype.FLOAT32),
                layer.biases().to(Dtype.FLOAT32), 32, bits);
            var x = Lazuli.arange(-1, 1, 2.0 / 192, Dtype.FLOAT32).reshape(1, 2, 96);
            assertArrayEquals(x.matmul(dense.T()).toFloatArray(), layer.apply(x).toFloatArray(), 1e-4f);
        }
    }

    @Test void aRandomModelIsReadBackAsItWasWritten() {
        for (int bits : new int[] {4, 8, 16, 32}) {
            var path = folder.resolve("random" + bits);
            Llama.saveRandom(path, SMALL, bits, 32, 1);
            var written = Llama.random(SMALL, bits, 32, 1);
            var read = Llama.open(path);
            assertEquals(written.bytes(), read.bytes());
            var tokens = row(prompt(9));
            assertArrayEquals(written.llama().last(tokens, written.llama().cache()).toFloatArray(),
                read.llama().last(tokens, read.llama().cache()).toFloatArray());
        }
    }

    @Test void generationEndsWithTheContext() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        assertEquals(23, llama.generate(prompt(10), Generation.greedy(), llama.cache()).count());
    }

    @Test void anInterruptedThreadGetsNoMoreTokens() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var stream = llama.generate(prompt(4), Generation.greedy(), llama.cache()).iterator();
        try {
            for (int i = 0; i < 3; i++) stream.next();
            Thread.currentThread().interrupt();
            if (stream.hasNext()) stream.next(); // one may have been computed before
            assertEquals(false, stream.hasNext());
        } finally {
            assertTrue(Thread.interrupted(), "the thread still knows");
        }
    }

    @Test void promptsAreChecked() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var how = Generation.greedy();
        assertMessage("the prompt has no tokens", () -> llama.generate(new int[0], how, llama.cache()));
        assertMessage("33 tokens do not fit the context of 32", () -> llama.generate(prompt(33), how, llama.cache()));
        assertMessage("token 50 is not in the vocabulary of 50",
            () -> llama.generate(new int[] {50}, how, llama.cache()));
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable body) {
        var e = assertThrows(RuntimeException.class, body);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test void seedsDecideDraws() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var draws = List.of(1L, 1L, 2L).stream().map(seed -> llama.generate(prompt(4),
            Generation.of(Sampler.of(1, 0.95, 40, 0.01, seed)), llama.cache()).map(Llama.Generated::id).toList())
            .toList();
        assertEquals(draws.get(0), draws.get(1));
        assertTrue(!draws.get(0).equals(draws.get(2)));
    }

    @Test void logProbabilitiesAreThoseOfTheScores() {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        var scores = llama.last(row(prompt(4)), llama.cache());
        var want = scores.sub(Lazuli.logsumexp(scores)).toFloatArray();
        var first = llama.generate(prompt(4), Generation.greedy(), llama.cache()).findFirst().orElseThrow();
        assertEquals(want[first.id()], first.logProbability(), 1e-5);
    }

    @Test void componentsCarryTheNamesOfCheckpoints() {
        var names = Tree.flatten(Llama.random(SMALL, 32, 32, 1).llama()).sequencedKeySet();
        assertTrue(names.containsAll(List.of("model.embed_tokens.weight", "model.layers.1.self_attn.q_proj.weight",
            "model.layers.0.post_attention_layernorm.weight", "model.norm.weight", "lm_head.weight")),
            names.toString());
    }

    // ---- files -------------------------------------------------------------------------------------------------

    private void write(String config, Map<String, Array> weights) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        Lazuli.saveSafetensors(folder.resolve("model.safetensors"), weights, Map.of());
    }

    private static String config() {
        return """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 50, "max_position_embeddings": 32,
             "rms_norm_eps": 1e-5%s}""";
    }

    @Test void aModelThatWasWrittenIsReadBack() throws IOException {
        var llama = Llama.random(SMALL, 32, 32, 1).llama();
        write(config().formatted(""), Tree.flatten(llama));
        var read = Checkpoint.open(folder).model();
        assertArrayEquals(llama.last(row(prompt(5)), llama.cache()).toFloatArray(),
            read.last(row(prompt(5)), read.cache()).toFloatArray(), 1e-6f);
    }

    @Test void aPackedModelIsReadBack() throws IOException {
        var llama = Llama.random(SMALL, 4, 32, 1).llama();
        write(config().formatted(", \"quantization\": {\"group_size\": 32, \"bits\": 4}"), Tree.flatten(llama));
        var read = Checkpoint.open(folder).model();
        assertArrayEquals(llama.last(row(prompt(5)), llama.cache()).toFloatArray(),
            read.last(row(prompt(5)), read.cache()).toFloatArray(), 1e-6f);
    }

    @Test void missingAndMisshapenTensorsAreNamed() throws IOException {
        var weights = new LinkedHashMap<>(Tree.flatten(Llama.random(SMALL, 32, 32, 1).llama()));
        var removed = weights.remove("model.layers.1.mlp.up_proj.weight");
        write(config().formatted(""), weights);
        assertMessage("model.layers.1.mlp.up_proj.weight", () -> Checkpoint.open(folder).model());
        weights.put("model.layers.1.mlp.up_proj.weight", removed.T());
        write(config().formatted(""), weights);
        assertMessage("expected shape (96, 64) by config.json, got (64, 96)", () -> Checkpoint.open(folder).model());
    }

    @Test void layersThatTheConfigurationDoesNotKnowAreRefused() throws IOException {
        write(config().formatted("").replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"),
            Tree.flatten(Llama.random(SMALL, 32, 32, 1).llama()));
        assertMessage("the configuration says 1 layers, the weights have more", () -> Checkpoint.open(folder).model());
    }

    @Test void configurationsAreChecked() {
        assertThrows(FormatException.class, () -> LlamaConfig.of(Json.parse("config", "{\"model_type\": \"gpt2\"}")));
        assertMessage("hidden_size", () -> LlamaConfig.of(Json.parse("config", "{\"num_attention_heads\": 4}")));
        assertMessage("rope_type", () -> LlamaConfig.of(Json.parse("config",
            config().formatted(", \"rope_scaling\": {\"rope_type\": \"yarn\"}"))));
        assertMessage("no such file", () -> Llama.load(Path.of("nowhere")));
        for (var key : List.of("vocab_size", "max_position_embeddings", "num_hidden_layers"))
            assertMessage("config: " + key + ": expected an integer of 32 bits, got 1099511627776",
                () -> LlamaConfig.of(Json.parse("config", config().formatted("")
                    .replaceFirst("\"" + key + "\": \\d+", "\"" + key + "\": 1099511627776"))));
    }

    @Test void stretchedRopeFollowsItsDefinition() {
        var rope = LlamaConfig.of(Json.parse("config", config().formatted(", \"head_dim\": 8, \"rope_theta\": 500000,"
            + "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, "
            + "\"high_freq_factor\": 4,"
            + "\"original_max_position_embeddings\": 8192}"))).rope();
        var freqs = rope.freqs().toFloatArray();
        // wavelengths 6.3, 167, 4443, 118142: untouched, untouched, between, stretched eightfold
        assertEquals(1, freqs[0], 1e-6);
        assertEquals(Math.pow(500000, 0.25), freqs[1], 1e-4);
        double divisor = Math.pow(500000, 0.5);
        double smooth = (8192 / (2 * Math.PI * divisor) - 1) / 3;
        assertEquals(divisor / ((1 - smooth) / 8 + smooth), freqs[2], 1e-2);
        assertEquals(8 * Math.pow(500000, 0.75), freqs[3], 1);
    }

    @Test void ggufWithUnknownTypesIsNamed() {
        var file = Shared.path("tokenizers/llama-spm.gguf");
        assertThrows(FormatException.class, () -> Llama.load(file));
    }
}
