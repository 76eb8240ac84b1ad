package dev.lazuli.text;

import dev.lazuli.Shared;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes `tokenizer.json` files of every style from the vocabularies of GGUF files.
final class TokenizerFiles {
    private static final String I = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String LLAMA3 = I
        + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN2 = LLAMA3.replace("{1,3}", "");
    private static final String GPT4O =
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+" + I
        + "?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*" + I
        + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String DEEPSEEK3 = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
            + "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String CJK = "[一-龥ࠀ-一가-\uD7FF]+";
    private static final String KANA = "[一-龥\u3040-ゟ゠-ヿ]+";

    private static final Object BYTES = map("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true,
        "use_regex", false);
    private static final Object GPT2 = map("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true,
        "use_regex", true);
    private static final Object BYTE_DECODER = map("type", "ByteLevel", "add_prefix_space", true, "trim_offsets", true,
        "use_regex", true);
    private static final Object SPM_DECODER = sequence("decoders", map("type", "Replace", "pattern", map("String", "▁"),
        "content", " "),
        map("type", "ByteFallback"), map("type", "Fuse"), map("type", "Strip", "content", " ", "start", 1, "stop", 0));
    private static final Object SPM_NORMALIZER = sequence("normalizers", map("type", "Prepend", "prepend", "▁"),
        map("type", "Replace", "pattern", map("String", " "), "content", "▁"));

    private final Map<String, Map<String, Object>> files = new LinkedHashMap<>();

    private TokenizerFiles() {}

    /// Writes all files into a folder: file by style.
    static Map<String, Path> write(Path folder) throws IOException {
        var all = new TokenizerFiles();
        all.gpt2(gguf("gpt-2"));
        all.deepseek(gguf("deepseek-coder"));
        all.llama(gguf("llama-spm"));
        var paths = new LinkedHashMap<String, Path>();
        for (var file : all.files.entrySet()) {
            var path = Files.createDirectories(folder.resolve(file.getKey())).resolve("tokenizer.json");
            paths.put(file.getKey(), Files.writeString(path, Json.write(file.getValue())));
        }
        return paths;
    }

    static Gguf gguf(String name) { return Gguf.read(Shared.path("tokenizers/" + name + ".gguf")); }

    private void gpt2(Gguf file) {
        var special = List.of(added(50256, "<|endoftext|>", true));
        var bytes = BYTE_DECODER;
        var model = bpe(file, file.strings("tokenizer.ggml.merges"));
        add("gpt2", model, special, null, GPT2, map("type", "ByteLevel", "add_prefix_space", true, "trim_offsets",
            false, "use_regex", true), bytes);
        var pairs = new ArrayList<>();
        for (var merge : file.strings("tokenizer.ggml.merges")) pairs.add(List.of(merge.split(" ")));
        var ignoring = with(with(model, "ignore_merges", true), "merges", pairs);
        var template = template("<|endoftext|>", 50256);
        add("llama3", ignoring, special, null, sequence("pretokenizers", split(LLAMA3, "Isolated", false), BYTES),
            sequence("processors", map("type", "ByteLevel", "add_prefix_space", true, "trim_offsets", false,
            "use_regex", true), template), bytes);
        add("qwen2", model, special, map("type", "NFC"), sequence("pretokenizers", split(QWEN2, "Isolated", false),
            BYTES), null, bytes);
        add("gpt4o", model, special, null, sequence("pretokenizers", split(GPT4O, "Isolated", false), BYTES), null,
            bytes);
        add("deepseek3", model, special, sequence("normalizers"), sequence("pretokenizers", split("\\p{N}{1,3}",
            "Isolated", false),
            split(KANA, "Isolated", false), split(DEEPSEEK3, "Isolated", false), BYTES), template, bytes);
        add("smollm", model, special, null, sequence("pretokenizers", map("type", "Digits", "individual_digits", true),
            map("type", "ByteLevel", "add_prefix_space", true, "trim_offsets", true, "use_regex", true)), null, bytes);
        add("falcon", model, special, null, sequence("pretokenizers", map("type", "Punctuation", "behavior",
            "Contiguous"), GPT2,
            map("type", "Digits", "individual_digits", false), split("[0-9][0-9][0-9]", "Isolated", false)), null,
                bytes);
        add("whitespace", model, special, map("type", "Lowercase"), sequence("pretokenizers", map("type", "Whitespace"),
            BYTES), null, bytes);
        add("whitespacesplit", model, special, sequence("normalizers", map("type", "NFD"), map("type", "StripAccents")),
            sequence("pretokenizers", map("type", "WhitespaceSplit"), map("type", "CharDelimiterSplit", "delimiter",
            "-"), BYTES), null, bytes);
        for (var behavior : List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"))
            for (boolean invert : new boolean[] {false, true})
                add(behavior + invert, model, special, null, sequence("pretokenizers", split("[aeiou .]|\\d", behavior,
                invert), BYTES), null, bytes);
        add("zoo", model, List.of(added(50256, "<|endoftext|>", true), strip(added(50257, "<mask>", true), true, false,
            false, false),
                strip(added(50258, "qword", false), false, false, true, false), strip(added(50259, "</s>", true), false,
                true, false, false),
                strip(added(50260, "LiL", false), false, false, false, true), strip(added(50261, "Éa", false), true,
                true, true, true),
                added(50262, "  ", false), added(50263, "<mask><s>", false)),
            sequence("normalizers", map("type", "NFKC"), map("type", "Lowercase"), map("type", "Strip", "strip_left",
            false, "strip_right", true)),
            GPT2, map("type", "RobertaProcessing", "sep", List.of("</s>", 50259), "cls", List.of("<|endoftext|>",
            50256),
                "trim_offsets", true, "add_prefix_space", false), bytes);
        add("bytenormalizer", model, special, map("type", "ByteLevel"), null, null, bytes);
    }

    private void deepseek(Gguf file) {
        var tokens = file.strings("tokenizer.ggml.tokens");
        var types = file.integers("tokenizer.ggml.token_type");
        var added = new ArrayList<Object>();
        for (int id = 0; id < types.length; id++) if (types[id] == 3 || types[id] == 4) added.add(added(id,
            tokens.get(id), types[id] == 3));
        var model = bpe(file, file.strings("tokenizer.ggml.merges"));
        add("deepseek-coder", model, added, sequence("normalizers"), sequence("pretokenizers", split("[\r\n]",
            "Isolated", false),
            split("\\s?\\p{L}+", "Isolated", false), split("\\s?\\p{P}+", "Isolated", false), split(CJK, "Isolated",
                false),
            map("type", "Digits", "individual_digits", true), BYTES), template(tokens.get(32013), 32013), BYTE_DECODER);
        add("deepseek-llm", model, added, sequence("normalizers"), sequence("pretokenizers", split("[\r\n]", "Isolated",
            false),
            split("\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿ]+", "Isolated", false), split("\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", "Isolated",
            false),
            split("\\s+$", "Isolated", false), split(CJK, "Isolated", false), map("type", "Digits", "individual_digits",
            true), BYTES),
            null, BYTE_DECODER);
    }

    private void llama(Gguf file) {
        var model = with(with(with(bpe(file, merges(file)), "byte_fallback", true), "unk_token", "<unk>"), "fuse_unk",
            true);
        var special = List.of(added(0, "<unk>", true), added(1, "<s>", true), added(2, "</s>", true));
        var template = template("<s>", 1);
        add("llama2", model, special, SPM_NORMALIZER, null, template, SPM_DECODER);
        for (var scheme : List.of("first", "always", "never"))
            for (boolean split : new boolean[] {false, true}) {
                var metaspace = map("type", "Metaspace", "replacement", "▁", "prepend_scheme", scheme, "split", split);
                add("metaspace-" + scheme + split, model, special, null, metaspace, template, split
                    ? sequence("decoders", map("type", "ByteFallback"), metaspace) : SPM_DECODER);
            }
        add("metaspace-old", model, special, null, map("type", "Metaspace", "replacement", "▁", "add_prefix_space",
            true), null,
            sequence("decoders", map("type", "ByteFallback"), map("type", "Metaspace", "replacement", "▁",
            "add_prefix_space", true)));
        var unknown = with(model, "byte_fallback", false);
        add("unknown", unknown, special, SPM_NORMALIZER, null, template, SPM_DECODER);
        add("unknown-apart", with(unknown, "fuse_unk", false), special, SPM_NORMALIZER, null, template, SPM_DECODER);
        add("unknown-none", with(unknown, "unk_token", null), special, SPM_NORMALIZER, null, template, null);
    }

    /// Merges as Hugging Face makes them of scores: every way to make a token of two, the best token first.
    private static List<String> merges(Gguf file) {
        record Pair(String left, String right, float score) {}
        var tokens = file.strings("tokenizer.ggml.tokens");
        var scores = file.numbers("tokenizer.ggml.scores");
        var ids = new HashMap<String, Integer>();
        for (int id = 0; id < tokens.size(); id++) ids.put(tokens.get(id), id);
        var pairs = new ArrayList<Pair>();
        for (int id = 259; id < tokens.size(); id++) {
            var token = tokens.get(id);
            for (int at = 1; at < token.length(); at++)
                if (ids.containsKey(token.substring(0, at)) && ids.containsKey(token.substring(at)))
                    pairs.add(new Pair(token.substring(0, at), token.substring(at), scores[id]));
        }
        pairs.sort(Comparator.comparing(p -> -p.score));
        return pairs.stream().map(p -> p.left + " " + p.right).toList();
    }

    private void add(String name, Map<String, Object> model, List<?> added, Object normalizer, Object preTokenizer,
        Object processor,
                     Object decoder) {
        files.put(name, map("version", "1.0", "truncation", null, "padding", null, "added_tokens", added, "normalizer",
            normalizer,
            "pre_tokenizer", preTokenizer, "post_processor", processor, "decoder", decoder, "model", model));
    }

    private static Map<String, Object> bpe(Gguf file, List<String> merges) {
        var vocab = new LinkedHashMap<String, Object>();
        var tokens = file.strings("tokenizer.ggml.tokens");
        var types = file.integers("tokenizer.ggml.token_type");
        // What is added to a byte-level vocabulary is no part of its model.
        boolean gpt2 = file.string("tokenizer.ggml.model").equals("gpt2");
        for (int id = 0; id < tokens.size(); id++) if (!gpt2 || types[id] == 1) vocab.put(tokens.get(id), id);
        return map("type", "BPE", "dropout", null, "unk_token", null, "continuing_subword_prefix", null,
            "end_of_word_suffix", null,
            "fuse_unk", false, "byte_fallback", false, "ignore_merges", false, "vocab", vocab, "merges", merges);
    }

    private static Object template(String token, int id) {
        return map("type", "TemplateProcessing", "single", List.of(map("SpecialToken", map("id", token, "type_id", 0)),
            map("Sequence", map("id", "A", "type_id", 0))), "pair", List.of(map("Sequence", map("id", "A", "type_id",
            0)),
            map("Sequence", map("id", "B", "type_id", 1))), "special_tokens",
            map(token, map("id", token, "ids", List.of(id), "tokens", List.of(token))));
    }

    private static Map<String, Object> added(int id, String content, boolean special) {
        return map("id", id, "content", content, "single_word", false, "lstrip", false, "rstrip", false, "normalized",
            false,
            "special", special);
    }

    private static Map<String, Object> strip(Map<String, Object> token, boolean left, boolean right, boolean word,
        boolean normalized) {
        return with(with(with(with(token, "lstrip", left), "rstrip", right), "single_word", word), "normalized",
            normalized);
    }

    private static Object split(String regex, String behavior, boolean invert) {
        return map("type", "Split", "pattern", map("Regex", regex), "behavior", behavior, "invert", invert);
    }

    private static Object sequence(String key, Object... parts) { return map("type", "Sequence", key, List.of(parts)); }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        var copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static Map<String, Object> map(Object... entries) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < entries.length; i += 2) map.put((String) entries[i], entries[i + 1]);
        return map;
    }
}
