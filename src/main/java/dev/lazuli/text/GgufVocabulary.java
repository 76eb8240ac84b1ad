package dev.lazuli.text;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads the tokenizer that a GGUF file describes under `tokenizer.ggml`.
final class GgufVocabulary {
    private static final String KEY = "tokenizer.ggml.";
    // The kinds of tokens in tokenizer.ggml.token_type; 1 is normal, 5 unused.
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    private final Gguf file;
    private final Vocabulary vocabulary;
    private final int[] types;

    private GgufVocabulary(Gguf file) {
        this.file = file;
        var tokens = file.strings(KEY + "tokens").toArray(String[]::new);
        this.vocabulary = new Vocabulary(tokens);
        this.types = file.has(KEY + "token_type") ? file.integers(KEY + "token_type") : ones(tokens.length);
        if (types.length != tokens.length)
            throw new FormatException(file.name() + ": " + types.length + " token types for " + tokens.length
                + " tokens");
    }

    static Tokenizer read(Gguf file) {
        var kind = file.string(KEY + "model");
        return switch (kind) {
            case "llama" -> new GgufVocabulary(file).sentencePiece();
            case "gpt2" -> new GgufVocabulary(file).byteLevel();
            default -> throw new FormatException(file.name() + ": " + KEY + "model: '" + kind
                + "' is not supported, 'llama' and 'gpt2' are");
        };
    }

    private Tokenizer sentencePiece() {
        var spaces = new Normalizer.Replace(Pattern.compile(" ", Pattern.LITERAL), "▁");
        boolean prefix = file.bool(KEY + "add_space_prefix", true);
        var normalizer = prefix ? new Normalizer.Sequence(List.of(new Normalizer.Prepend("▁"), spaces)) : spaces;
        var decoders = new ArrayList<Decoder>(List.of(
            new Decoder.Replace(Pattern.compile("▁", Pattern.LITERAL), " "), new Decoder.ByteFallback(),
            new Decoder.Fuse()));
        if (prefix) decoders.add(new Decoder.Strip(' ', 1, 0));
        int unknown = token("unknown_token_id").orElse(Vocabulary.NONE);
        return tokenizer(normalizer, new PreTokenizer.Sequence(List.of()), scored(unknown), true,
            new Decoder.Sequence(List.copyOf(decoders)));
    }

    /// SentencePiece has scores instead of merges: any two neighbours join that make a token, the best first.
    private Bpe scored(int unknown) {
        var scores = file.numbers(KEY + "scores");
        if (scores.length != types.length)
            throw new FormatException(file.name() + ": " + scores.length + " scores for " + types.length + " tokens");
        var ranks = ranks(scores);
        var symbols = new HashMap<Integer, Integer>();
        for (int id = 0; id < types.length; id++) {
            var token = text(id);
            if (token.isEmpty() || !joins(id)) continue;
            // Where no token begins or ends inside another, a character need not be one itself.
            token.codePoints().forEach(c -> symbols.putIfAbsent(c, vocabulary.size() + c));
            if (token.length() == Character.charCount(token.codePointAt(0))) symbols.put(token.codePointAt(0), id);
        }
        record Pair(int left, int right, int joined) {}
        var pairs = new ArrayList<Pair>();
        for (int id = 0; id < types.length; id++) {
            var token = text(id);
            if (token.isEmpty() || !joins(id) || vocabulary.id(token) != id) continue;
            for (int at = token.offsetByCodePoints(0, 1); at < token.length();
                 at += Character.charCount(token.codePointAt(at))) {
                int left = symbol(token.substring(0, at), symbols);
                int right = symbol(token.substring(at), symbols);
                if (left != Vocabulary.NONE && right != Vocabulary.NONE) pairs.add(new Pair(left, right, id));
            }
        }
        var merges = new Merges(pairs.size());
        for (var pair : pairs) merges.put(pair.left, pair.right, ranks[pair.joined], pair.joined);
        return new Bpe(vocabulary, merges, symbols, new Bpe.Options(false, Bpe.bytes(vocabulary), unknown, true));
    }

    private int symbol(String text, Map<Integer, Integer> symbols) {
        if (text.length() == Character.charCount(text.codePointAt(0))) return symbols.get(text.codePointAt(0));
        int id = vocabulary.id(text);
        return id != Vocabulary.NONE && joins(id) ? id : Vocabulary.NONE;
    }

    private boolean joins(int id) { return types[id] != UNKNOWN && types[id] != CONTROL && types[id] != BYTE; }

    private String text(int id) { return vocabulary.token(id) instanceof String token ? token : ""; }

    /// 0 for the highest score, and the same for equal ones.
    private static int[] ranks(float[] scores) {
        var sorted = scores.clone();
        Arrays.sort(sorted);
        var ranks = new int[scores.length];
        for (int i = 0; i < scores.length; i++)
            ranks[i] = scores.length - upperBound(sorted, scores[i]);
        return ranks;
    }

    private static int upperBound(float[] sorted, float value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Float.compare(sorted[middle], value) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private Tokenizer byteLevel() {
        var pre = GgufPreTokenizer.of(file.name(), file.string(KEY + "pre", "default"));
        var merges = MergeList.of(file.name() + ": " + KEY + "merges", vocabulary, file.strings(KEY + "merges"));
        var options = new Bpe.Options(pre.ignoreMerges(), null, Vocabulary.NONE, false);
        var model = new Bpe(vocabulary, merges, Bpe.characters(vocabulary), options);
        return tokenizer(new Normalizer.Sequence(List.of()), pre.preTokenizer(), model, pre.addBos(),
            new Decoder.ByteLevel());
    }

    private Tokenizer tokenizer(Normalizer normalizer, PreTokenizer preTokenizer, Bpe model, boolean addBos,
                                Decoder decoder) {
        var added = addedTokens();
        var bos = token("bos_token_id");
        var eos = new TreeSet<Integer>();
        for (var key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) token(key).ifPresent(eos::add);
        var before = file.bool(KEY + "add_bos_token", addBos) && bos.isPresent()
            ? List.of(bos.getAsInt()) : List.<Integer>of();
        var after = file.bool(KEY + "add_eos_token", false) && token("eos_token_id").isPresent()
            ? List.of(token("eos_token_id").getAsInt()) : List.<Integer>of();
        return new Tokenizer(new Tokenizer.Parts(vocabulary, new AddedTokens(added, normalizer), preTokenizer, model,
            new Template(before, after), decoder, bos, eos), added);
    }

    private List<AddedToken> addedTokens() {
        // The file cannot say that Phi-3's special tokens take the white space after them along.
        boolean phi3 = file.string("general.architecture", "").toLowerCase(Locale.ROOT).equals("phi3");
        var plain = List.of("<unk>", "<s>", "<|endoftext|>");
        var added = new ArrayList<AddedToken>();
        for (int id = 0; id < types.length; id++) {
            int type = types[id];
            if (type != UNKNOWN && type != CONTROL && type != USER_DEFINED) continue;
            boolean rstrip = phi3 && !plain.contains(text(id));
            added.add(new AddedToken(id, text(id), type != USER_DEFINED, false, false, rstrip, false));
        }
        return added;
    }

    private OptionalInt token(String key) {
        if (!file.has(KEY + key)) return OptionalInt.empty();
        int id = file.integer(KEY + key);
        if (id < 0 || id >= types.length)
            throw new FormatException(file.name() + ": " + KEY + key + ": " + id + " is not one of " + types.length
                + " tokens");
        return OptionalInt.of(id);
    }

    private static int[] ones(int n) {
        var ones = new int[n];
        Arrays.fill(ones, 1);
        return ones;
    }
}
