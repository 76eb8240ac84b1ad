package dev.lazuli.text;

import dev.lazuli.io.Gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/// Byte-pair encoding of text into the tokens of a model, and back; as Hugging Face's library and llama.cpp do it.
///
/// ```
/// var tokenizer = Tokenizer.load(Path.of("stories260K"));
/// tokenizer.encode("Once upon a time");                      // [1, 403, 407, 261, 378]
/// tokenizer.decode(403, 407, 261, 378);                      // Once upon a time
/// ```
/// A text goes through five steps: added tokens are cut out, the rest is normalized, split into pieces, encoded by
/// merges, and set into a template of special tokens. Any number of threads may share one.
public final class Tokenizer {
    /// The parts a file describes.
    record Parts(Vocabulary vocabulary, AddedTokens added, PreTokenizer preTokenizer, Bpe model, Template template,
                 Decoder decoder, OptionalInt bos, Set<Integer> eos) {}

    private final Parts parts;
    private final String[] pieces;

    Tokenizer(Parts parts, List<AddedToken> added) {
        this.parts = parts;
        this.pieces = new String[parts.vocabulary.size()];
        for (int id = 0; id < pieces.length; id++) {
            var token = parts.vocabulary.token(id);
            pieces[id] = token == null ? "" : token;
        }
        // Added tokens are text, but a byte-level decoder reads all tokens as bytes.
        if (!parts.decoder.readsBytes()) return;
        for (var token : added) pieces[token.id()] = ByteAlphabet.spell(token.content());
    }

    /// Reads a `tokenizer.json`, or the folder of one; what begins and ends a text is also looked up in
    /// `tokenizer_config.json`, `generation_config.json` and `config.json` beside it.
    ///
    /// @throws dev.lazuli.io.FormatException if it is malformed, or has a part that is not supported, which is named
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static Tokenizer load(Path path) { return TokenizerJson.load(path); }

    /// The tokenizer inside a GGUF file, of the kinds `llama` and `gpt2`.
    ///
    /// @throws dev.lazuli.io.FormatException if it is malformed, or of a kind that is not supported, which is named
    public static Tokenizer of(Gguf file) { return GgufVocabulary.read(file); }

    /// The tokens of a text, with those before and after it that the model expects (such as [#bos]).
    ///
    /// Special tokens that stand in the text as `</s>` are recognised. A half of a surrogate pair is U+FFFD.
    public int[] encode(String text) { return encode(text, true); }

    /// The tokens of a text, with or without those that the model expects around it.
    public int[] encode(String text, boolean addSpecial) {
        var ids = new Ids();
        if (addSpecial) parts.template.before().forEach(ids::add);
        parts.added.split(Characters.wellFormed(text), (between, first) ->
            parts.preTokenizer.split(between, first, (piece, f) -> parts.model.encode(piece, ids)), ids::add);
        if (addSpecial) parts.template.after().forEach(ids::add);
        return ids.toArray();
    }

    /// The text of tokens, without special ones; bytes that are no UTF-8 become U+FFFD.
    ///
    /// @throws IllegalArgumentException if there is no such token
    public String decode(int... tokens) {
        var text = new StringBuilder();
        var decoder = decodeInto(text);
        for (int token : tokens) {
            var piece = piece(token);
            if (!isSpecial(token)) decoder.accept(piece, true);
        }
        decoder.close();
        return text.toString();
    }

    /// A decoder of tokens that are not all there yet.
    ///
    /// Its texts, [TokenStream#flush] included, make [#decode] of `before` and the tokens, less the text of `before`:
    /// so a continuation keeps the space it begins with.
    ///
    /// @param before tokens that have been shown already
    public TokenStream decoder(int... before) {
        var stream = new TokenStream(this);
        for (int token : before) stream.next(token);
        return stream;
    }

    /// The token that begins a text, if there is one.
    public OptionalInt bos() { return parts.bos; }

    /// The tokens after which a model has no more to say.
    public Set<Integer> eos() { return Collections.unmodifiableSet(new TreeSet<>(parts.eos)); }

    /// One more than the greatest token.
    public int vocabularySize() { return parts.vocabulary.size(); }

    /// A token as the vocabulary spells it, such as `▁the` or `Ġthe`.
    ///
    /// @throws IllegalArgumentException if there is none
    public String token(int id) {
        piece(id);
        var token = parts.vocabulary.token(id);
        return token == null ? "" : token;
    }

    /// The token that the vocabulary spells so.
    public OptionalInt id(String token) {
        int id = parts.vocabulary.id(token);
        return id == Vocabulary.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// Whether a token is left out when decoding.
    public boolean isSpecial(int id) { return parts.added.isSpecial(id); }

    String piece(int id) {
        if (id < 0 || id >= pieces.length)
            throw new IllegalArgumentException("decode: token " + id + " is not in a vocabulary of " + pieces.length);
        return pieces[id];
    }

    Decoder.Sink decodeInto(StringBuilder text) {
        return parts.decoder.over(new Decoder.Sink() {
            @Override public void accept(String part, boolean ends) { text.append(part); }

            @Override public void close() {}
        });
    }
}
