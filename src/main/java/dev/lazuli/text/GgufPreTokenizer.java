package dev.lazuli.text;

import dev.lazuli.io.FormatException;
import dev.lazuli.text.PreTokenizer.Behavior;

import java.util.ArrayList;
import java.util.List;

/// The pre-tokenizers that `tokenizer.ggml.pre` names: the regular expressions their models' authors published, each
/// of which cuts what the one before has left.
///
/// @param ignoreMerges a piece that is a token is that token
/// @param addBos whether texts begin with the bos token, unless the file says otherwise
record GgufPreTokenizer(PreTokenizer preTokenizer, boolean ignoreMerges, boolean addBos) {
    private static final String CASELESS = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN2 = CASELESS
        + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
    private static final String QWEN35 = CASELESS
        + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*" + SPACES;
    private static final String LLAMA3 = CASELESS
        + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
    private static final String UPPER = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String TEKKEN = UPPER + "*" + LOWER + "+|" + UPPER + "+" + LOWER
        + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES;
    private static final String GPT4O = UPPER + "*" + LOWER + "+" + CASELESS + "?|" + UPPER + "+" + LOWER + "*"
        + CASELESS + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES;
    private static final String DEEPSEEK3 = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
        + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*" + SPACES;
    private static final String DEEPSEEK_LETTERS = "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽ"
        + "Ა-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳ"
        + "Ꙁ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+";
    private static final String CJK = "[一-龥ࠀ-一가-\uD7FF]+";
    private static final String KANA = "[一-龥\u3040-ゟ゠-ヿ]+";
    private static final String BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+";

    /// @throws FormatException naming `where` if the name is unknown
    static GgufPreTokenizer of(String where, String name) {
        return switch (name) {
            case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2" ->
                new GgufPreTokenizer(splits(LLAMA3), true, true);
            case "tekken" -> new GgufPreTokenizer(splits(TEKKEN), true, true);
            default -> new GgufPreTokenizer(plain(where, name), false, false);
        };
    }

    private static PreTokenizer plain(String where, String name) {
        return switch (name) {
            case "default" -> splits("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");
            case "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "gigachat", "exaone4", "mellum",
                "a.x-4.0", "modern-bert" -> splits(GPT2);
            case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b" ->
                splits("\\p{N}", GPT2);
            case "falcon" -> splits("[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "[0-9][0-9][0-9]");
            case "dbrx", "smaug-bpe", "glm4", "chatglm-bpe" -> splits(LLAMA3);
            case "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "grok-2", "solar-open", "kormo" ->
                splits(QWEN2);
            case "qwen35" -> splits(QWEN35);
            case "gpt-4o", "llama4", "kanana2" -> splits(GPT4O);
            case "deepseek-llm" ->
                splits("[\r\n]", DEEPSEEK_LETTERS, "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", "\\s+$", CJK, "\\p{N}+");
            case "deepseek-coder" -> splits("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CJK, "\\p{N}");
            case "deepseek-v3", "hunyuan-dense" -> splits("\\p{N}{1,3}", KANA, DEEPSEEK3);
            case "bloom", "poro-chat", "gpt3-finnish" -> splits(BLOOM);
            case "viking" -> splits(BLOOM, "\\p{N}");
            default -> throw new FormatException(where + ": tokenizer.ggml.pre: unknown pre-tokenizer '" + name + "'");
        };
    }

    private static PreTokenizer splits(String... regexes) {
        var all = new ArrayList<PreTokenizer>();
        for (var regex : regexes) all.add(new PreTokenizer.Split(Regex.of(regex), Behavior.ISOLATED, false));
        all.add(new PreTokenizer.ByteLevel(false, false));
        return new PreTokenizer.Sequence(List.copyOf(all));
    }
}
