package dev.lazuli.text;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Json;
import dev.lazuli.text.PreTokenizer.Behavior;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads Hugging Face's `tokenizer.json` and, for what begins and ends a text, the files beside it.
final class TokenizerJson {
    // The largest vocabularies have a quarter of a million tokens; a wrong id must not make a huge table.
    private static final int MAX_TOKENS = 1 << 22;

    private final Json model;
    private final List<AddedToken> added;
    private final Vocabulary vocabulary;
    private final Vocabulary mergeable;

    private TokenizerJson(Json json) {
        this.model = json.at("model");
        this.added = json.find("added_tokens") instanceof Json tokens
            ? tokens.items().stream().map(TokenizerJson::addedToken).toList() : List.of();
        var type = model.string("type", "BPE");
        if (!type.equals("BPE")) unsupported(model, "model", type);
        this.vocabulary = vocabulary(model.at("vocab"), added);
        this.mergeable = vocabulary(model.at("vocab"), List.of());
    }

    static Tokenizer load(Path path) {
        var file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        var json = Json.read(file);
        var parts = new TokenizerJson(json);
        var normalizer = json.find("normalizer") instanceof Json n ? normalizer(n) : new Normalizer.Sequence(List.of());
        var preTokenizer = json.find("pre_tokenizer") instanceof Json p ? preTokenizer(p)
            : new PreTokenizer.Sequence(List.of());
        var template = json.find("post_processor") instanceof Json p ? template(p) : Template.NONE;
        var decoder = json.find("decoder") instanceof Json d ? decoder(d) : new Decoder.Spaces();
        var bos = OptionalInt.empty();
        var eos = new TreeSet<Integer>();
        for (var name : List.of("tokenizer_config.json", "generation_config.json", "config.json")) {
            var beside = file.resolveSibling(name);
            if (!Files.exists(beside)) continue;
            var config = Json.read(beside);
            if (bos.isEmpty()) bos = parts.ids(config, "bos").stream().mapToInt(i -> i).findFirst();
            // The model's own configuration is asked last: it often keeps the eos of the model it was tuned from.
            if (eos.isEmpty() || !name.equals("config.json")) eos.addAll(parts.ids(config, "eos"));
        }
        return new Tokenizer(new Tokenizer.Parts(parts.vocabulary, new AddedTokens(parts.added, normalizer),
            preTokenizer, parts.bpe(), template, decoder, bos, eos), parts.added);
    }

    /// The tokens that `bos_token` or `eos_token` (text) and `bos_token_id` or `eos_token_id` (one or several) name.
    private List<Integer> ids(Json config, String which) {
        var ids = new ArrayList<Integer>();
        if (config.find(which + "_token") instanceof Json token) {
            var text = token.value() instanceof Map ? token.at("content").string() : token.string();
            if (vocabulary.id(text) != Vocabulary.NONE) ids.add(vocabulary.id(text));
        }
        if (config.find(which + "_token_id") instanceof Json token)
            for (var id : token.value() instanceof List ? token.items() : List.of(token)) ids.add((int) id.integer());
        return ids;
    }

    private Bpe bpe() {
        if (model.find("dropout") instanceof Json dropout && dropout.number() != 0)
            unsupported(dropout, "dropout", "on");
        for (var key : List.of("continuing_subword_prefix", "end_of_word_suffix"))
            if (model.find(key) instanceof Json affix && !affix.string().isEmpty())
                unsupported(affix, key, affix.string());
        var merges = model.at("merges");
        var unknown = model.find("unk_token");
        int unknownId = unknown == null ? Vocabulary.NONE : mergeable.id(unknown.string());
        if (unknown != null && unknownId == Vocabulary.NONE) unknown.fail("'" + unknown.string() + "' is not a token");
        var bytes = model.bool("byte_fallback", false) ? Bpe.bytes(mergeable) : null;
        return new Bpe(mergeable, MergeList.of(merges.where(), mergeable, merges.list()), Bpe.characters(mergeable),
            new Bpe.Options(model.bool("ignore_merges", false), bytes, unknownId, model.bool("fuse_unk", false)));
    }

    private static Vocabulary vocabulary(Json vocab, List<AddedToken> added) {
        int size = 0;
        for (var entry : vocab.object().entrySet()) {
            if (!(entry.getValue() instanceof Long id) || id < 0 || id >= MAX_TOKENS)
                return vocab.at(entry.getKey())
                    .fail("expected an id below " + MAX_TOKENS + ", got " + entry.getValue());
            size = Math.max(size, (int) (long) id + 1);
        }
        for (var token : added) size = Math.max(size, token.id() + 1);
        @Nullable String[] tokens = new String[size];
        vocab.object().forEach((token, id) -> tokens[(int) (long) (Long) id] = token);
        for (var token : added) tokens[token.id()] = token.content();
        return new Vocabulary(tokens);
    }

    private static AddedToken addedToken(Json json) {
        long id = json.at("id").integer();
        if (id < 0 || id >= MAX_TOKENS) json.at("id").fail("expected an id below " + MAX_TOKENS + ", got " + id);
        boolean special = json.bool("special", false);
        return new AddedToken((int) id, json.at("content").string(), special, json.bool("single_word", false),
            json.bool("lstrip", false), json.bool("rstrip", false), json.bool("normalized", !special));
    }

    private static Normalizer normalizer(Json json) {
        var type = json.at("type").string();
        return switch (type) {
            case "Sequence" -> new Normalizer.Sequence(
                json.at("normalizers").items().stream().map(TokenizerJson::normalizer).toList());
            case "Prepend" -> new Normalizer.Prepend(json.at("prepend").string());
            case "Replace" -> new Normalizer.Replace(pattern(json.at("pattern")), json.at("content").string());
            case "NFC", "NFD", "NFKC", "NFKD" -> new Normalizer.Unicode(Form.valueOf(type));
            case "Lowercase" -> new Normalizer.Lowercase();
            case "Strip" -> new Normalizer.Strip(json.bool("strip_left", true), json.bool("strip_right", true));
            case "StripAccents" -> new Normalizer.StripAccents();
            case "ByteLevel" -> new Normalizer.ByteLevel();
            default -> unsupported(json, "normalizer", type);
        };
    }

    private static PreTokenizer preTokenizer(Json json) {
        var type = json.at("type").string();
        return switch (type) {
            case "Sequence" -> new PreTokenizer.Sequence(
                json.at("pretokenizers").items().stream().map(TokenizerJson::preTokenizer).toList());
            case "Split" -> new PreTokenizer.Split(pattern(json.at("pattern")), behavior(json.at("behavior")),
                json.bool("invert", false));
            case "ByteLevel" ->
                new PreTokenizer.ByteLevel(json.bool("add_prefix_space", true), json.bool("use_regex", true));
            case "Metaspace" ->
                new PreTokenizer.Metaspace(json.at("replacement").string(), prepend(json), json.bool("split", true));
            case "Digits" -> split("\\p{N}",
                json.bool("individual_digits", false) ? Behavior.ISOLATED : Behavior.CONTIGUOUS, false);
            case "Punctuation" -> split("[\\p{P}$+<=>^`|~]",
                json.find("behavior") instanceof Json b ? behavior(b) : Behavior.ISOLATED, false);
            case "Whitespace" -> split("\\w+|[^\\w\\s]+", Behavior.REMOVED, true);
            case "WhitespaceSplit" -> split("\\s", Behavior.REMOVED, false);
            case "CharDelimiterSplit" -> split(Pattern.quote(json.at("delimiter").string()), Behavior.REMOVED, false);
            default -> unsupported(json, "pre-tokenizer", type);
        };
    }

    private static PreTokenizer split(String regex, Behavior behavior, boolean invert) {
        return new PreTokenizer.Split(Regex.of(regex), behavior, invert);
    }

    /// Older files say `add_prefix_space` only.
    private static PreTokenizer.Prepend prepend(Json json) {
        var scheme = json.string("prepend_scheme", json.bool("add_prefix_space", true) ? "always" : "never");
        return switch (scheme) {
            case "always" -> PreTokenizer.Prepend.ALWAYS;
            case "first" -> PreTokenizer.Prepend.FIRST;
            case "never" -> PreTokenizer.Prepend.NEVER;
            default -> unsupported(json, "prepend_scheme", scheme);
        };
    }

    private static Behavior behavior(Json json) {
        return switch (json.string()) {
            case "Removed" -> Behavior.REMOVED;
            case "Isolated" -> Behavior.ISOLATED;
            case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
            case "Contiguous" -> Behavior.CONTIGUOUS;
            default -> unsupported(json, "behavior", json.string());
        };
    }

    private static Template template(Json json) {
        var type = json.at("type").string();
        return switch (type) {
            case "Sequence" -> {
                var template = Template.NONE;
                for (var outer : json.at("processors").items()) template = template.inside(template(outer));
                yield template;
            }
            case "ByteLevel" -> Template.NONE;
            case "TemplateProcessing" -> single(json);
            case "BertProcessing", "RobertaProcessing" ->
                new Template(List.of(second(json.at("cls"))), List.of(second(json.at("sep"))));
            default -> unsupported(json, "post-processor", type);
        };
    }

    private static Template single(Json json) {
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        int texts = 0;
        for (var piece : json.at("single").items()) {
            if (piece.find("SpecialToken") instanceof Json special) {
                for (var id : json.at("special_tokens").at(special.at("id").string()).at("ids").items())
                    (texts == 0 ? before : after).add((int) id.integer());
            } else {
                piece.at("Sequence");
                texts++;
            }
        }
        if (texts != 1) json.at("single").fail("expected the text once, got it " + texts + " times");
        return new Template(List.copyOf(before), List.copyOf(after));
    }

    private static int second(Json pair) {
        if (pair.list().size() != 2) pair.fail("expected [token, id]");
        return (int) pair.items().get(1).integer();
    }

    private static Decoder decoder(Json json) {
        var type = json.at("type").string();
        return switch (type) {
            case "Sequence" -> new Decoder.Sequence(
                json.at("decoders").items().stream().map(TokenizerJson::decoder).toList());
            case "ByteLevel" -> new Decoder.ByteLevel();
            case "ByteFallback" -> new Decoder.ByteFallback();
            case "Fuse" -> new Decoder.Fuse();
            case "Replace" -> new Decoder.Replace(pattern(json.at("pattern")), json.at("content").string());
            case "Strip" -> new Decoder.Strip(character(json.at("content")), (int) json.integer("start", 0),
                (int) json.integer("stop", 0));
            case "Metaspace" ->
                new Decoder.Metaspace(character(json.at("replacement")), prepend(json) != PreTokenizer.Prepend.NEVER);
            default -> unsupported(json, "decoder", type);
        };
    }

    private static char character(Json json) {
        return json.string().length() == 1 ? json.string().charAt(0) : json.<Character>fail("expected one character");
    }

    private static Pattern pattern(Json json) {
        if (json.find("String") instanceof Json literal) return Pattern.compile(Pattern.quote(literal.string()));
        var regex = json.at("Regex");
        return Regex.of(regex.where(), regex.string());
    }

    private static <T> T unsupported(Json json, String what, String name) {
        throw new FormatException(json.where() + ": " + what + " '" + name + "' is not supported");
    }
}
