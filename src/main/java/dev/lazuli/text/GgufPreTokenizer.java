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
    private static final String GPT2 = PreTokenizer.ByteLevel.GPT2;
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
    private static final String DEEPSEEK_LETTERS = "\\s?["
        + "A-Za-z\\u00B5\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u01BA\\u01BC-\\u01BF\\u01C4-\\u0293"
        + "\\u0295-\\u02AF\\u0370-\\u0373\\u0376\\u0377\\u037B-\\u037D\\u037F\\u0386\\u0388-\\u038A\\u038C"
        + "\\u038E-\\u03A1\\u03A3-\\u03F5\\u03F7-\\u0481\\u048A-\\u052F\\u0531-\\u0556\\u10A0-\\u10C5"
        + "\\u13A0-\\u13F5\\u13F8-\\u13FD\\u1C90-\\u1CBA\\u1CBD-\\u1CBF\\u1D00-\\u1D2B\\u1D6B-\\u1D77"
        + "\\u1D79-\\u1D9A\\u1E00-\\u1F15\\u1F18-\\u1F1D\\u1F20-\\u1F45\\u1F48-\\u1F4D\\u1F50-\\u1F57\\u1F59"
        + "\\u1F5B\\u1F5D\\u1F5F-\\u1F7D\\u1F80-\\u1FB4\\u1FB6-\\u1FBC\\u1FBE\\u1FC2-\\u1FC4\\u1FC6-\\u1FCC"
        + "\\u1FD0-\\u1FD3\\u1FD6-\\u1FDB\\u1FE0-\\u1FEC\\u1FF2-\\u1FF4\\u1FF6-\\u1FFC\\u2102\\u2107"
        + "\\u210A-\\u2113\\u2115\\u2119-\\u211D\\u2124\\u2126\\u2128\\u212A-\\u212D\\u212F-\\u2134\\u2139"
        + "\\u213C-\\u213F\\u2145-\\u2149\\u214E\\u2183\\u2184\\u2C00-\\u2C7B\\u2C7E-\\u2CE4\\u2CEB-\\u2CEE"
        + "\\u2CF2\\u2CF3\\uA640-\\uA66D\\uA680-\\uA69B\\uA722-\\uA76F\\uA771-\\uA787\\uA78B-\\uA78E"
        + "\\uAB70-\\uABBF\\uFB00-\\uFB06\\uFB13-\\uFB17\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\x{10400}-\\x{1044F}"
        + "\\x{104B0}-\\x{104D3}\\x{104D8}-\\x{104FB}\\x{10C80}-\\x{10CB2}\\x{10CC0}-\\x{10CF2}"
        + "\\x{118A0}-\\x{118DF}\\x{1E900}-\\x{1E943}]+";
    private static final String DEEPSEEK_MARKS =
        "\\s?[!-/:-~\\uFF01-\\uFF0F\\uFF1A-\\uFF5E\\u2018-\\u201F\\u3000-\\u3002]+";
    private static final String CJK = "[\\u4E00-\\u9FA5\\u0800-\\u4E00\\uAC00-\\uD7FF]+";
    private static final String KANA = "[\\u4E00-\\u9FA5\\u3040-\\u30FF]+";
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
            case "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "gigachat", "exaone4",
                "mellum",
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
                splits("[\r\n]", DEEPSEEK_LETTERS, DEEPSEEK_MARKS, "\\s+$", CJK, "\\p{N}+");
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
