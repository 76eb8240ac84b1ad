package dev.lazuli.text;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.GgufBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TokenizerErrorsTest {
    private static final String MODEL = "'model':{'type':'BPE','vocab':{'a':0,'b':1,'ab':2},'merges':['a b']}";

    @TempDir Path folder;

    private Path json(String text) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.json"), text.replace('\'', '"'));
    }

    @Test void theSmallestFileIsEnough() throws IOException {
        var tokenizer = Tokenizer.load(json("{" + MODEL + "}"));
        assertArrayEquals(new int[] {2, 0, 2}, tokenizer.encode("abaxab"));
        assertEquals("ab a", tokenizer.decode(2, 0));
        assertEquals(OptionalInt.empty(), tokenizer.bos());
        assertEquals(Set.of(), tokenizer.eos());
    }

    @Test void looksForEndsBesideTheFile() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"),
            "{\"bos_token\": {\"content\": \"a\"}, \"eos_token\": \"b\"}");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 1]}");
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 0, \"bos_token_id\": 2}");
        json("{" + MODEL + "}");
        var tokenizer = Tokenizer.load(folder);
        assertEquals(OptionalInt.of(0), tokenizer.bos());
        assertEquals(Set.of(1, 2), tokenizer.eos());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'model':{'type':'Unigram'}}|model: model 'Unigram' is not supported",
        "{'model':{'type':'WordPiece'}}|model: model 'WordPiece' is not supported",
        "{MODEL,'normalizer':{'type':'Precompiled'}}|normalizer: normalizer 'Precompiled' is not supported",
        "{MODEL,'normalizer':{'type':'Sequence','normalizers':[{'type':'Nmt'}]}}|normalizers[0]: normalizer "
            + "'Nmt' is not supported",
        "{MODEL,'pre_tokenizer':{'type':'UnicodeScripts'}}|pre_tokenizer: pre-tokenizer 'UnicodeScripts' is not "
            + "supported",
        "{MODEL,'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(a'},'behavior':'Isolated'}}|pre_tokenizer: "
            + "pattern: Regex: regular expression '(a'",
        "{MODEL,'pre_tokenizer':{'type':'Split','pattern':{'String':'a'},'behavior':'Odd'}}|behavior 'Odd' is "
            + "not supported",
        "{MODEL,'pre_tokenizer':{}}|pre_tokenizer: no 'type'",
        "{MODEL,'post_processor':{'type':'Odd'}}|post-processor 'Odd' is not supported",
        "{MODEL,'post_processor':{'type':'TemplateProcessing','single':[]}}|single: expected the text once, got "
            + "it 0 times",
        "{MODEL,'decoder':{'type':'CTC'}}|decoder: decoder 'CTC' is not supported",
        "{MODEL,'added_tokens':[{'id':-1,'content':'x'}]}|added_tokens[0]: id: expected an id below",
        "{MODEL,'added_tokens':[{'content':'x'}]}|added_tokens[0]: no 'id'",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':['a c']}}|merges[0]: 'c' is not a token",
        "{'model':{'type':'BPE','vocab':{'a':0,'b':1},'merges':['a b']}}|merges[0]: 'ab' is not a token",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':['a']}}|merges[0]: expected a pair of tokens, got a",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':[['a']]}}|merges[0]: expected a pair of tokens",
        "{'model':{'type':'BPE','vocab':{'a':2000000000},'merges':[]}}|a: expected an id below 4194304, got 2000000000",
        "{'model':{'type':'BPE','vocab':{'a':'b'},'merges':[]}}|a: expected an id below",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':[],'unk_token':'u'}}|unk_token: 'u' is not a token",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':[],'dropout':0.1}}|dropout 'on' is not supported",
        "{'model':{'type':'BPE','vocab':{'a':0},'merges':[],'end_of_word_suffix':'</w>'}}|end_of_word_suffix "
            + "'</w>' is not supported",
        "{'model':{'type':'BPE','vocab':{'a':0}}}|no 'merges'",
        "{}|no 'model'",
        "[]|expected an object",
    })
    void refuses(String text, String message) throws IOException {
        var path = json(text.replace("MODEL", MODEL));
        var e = assertThrows(FormatException.class, () -> Tokenizer.load(path));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
    }

    @Test void namesTheFileThatIsMissing() {
        assertTrue(assertThrows(UncheckedIOException.class, () -> Tokenizer.load(folder)).getMessage()
            .contains("tokenizer.json: no such file"));
    }

    private Gguf gguf(GgufBytes writer) {
        try {
            return Gguf.read(Files.write(folder.resolve("vocabulary.gguf"), writer.bytes()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void refuses(GgufBytes writer, String message) {
        var file = gguf(writer);
        var e = assertThrows(FormatException.class, () -> Tokenizer.of(file));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test void refusesOtherVocabularies() {
        refuses(new GgufBytes(), "no metadata key 'tokenizer.ggml.model'");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "bert"), "tokenizer.ggml.model: 'bert' is not supported");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "gpt2"), "no metadata key 'tokenizer.ggml.tokens'");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "gpt2").put("tokenizer.ggml.tokens", List.of("a"))
            .put("tokenizer.ggml.pre", "odd"), "unknown pre-tokenizer 'odd'");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "gpt2").put("tokenizer.ggml.tokens", List.of("a"))
            .put("tokenizer.ggml.merges", List.of("a b")), "merges[0]: 'b' is not a token");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "llama").put("tokenizer.ggml.tokens", List.of("a", "b"))
            .put("tokenizer.ggml.scores", List.of(1f)), "1 scores for 2 tokens");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "llama").put("tokenizer.ggml.tokens", List.of("a", "b"))
            .put("tokenizer.ggml.scores", List.of(1f, 2f)).put("tokenizer.ggml.token_type", List.of(1)),
            "1 token types for 2 tokens");
        refuses(new GgufBytes().put("tokenizer.ggml.model", "llama").put("tokenizer.ggml.tokens", List.of("a", "b"))
            .put("tokenizer.ggml.scores", List.of(1f, 2f)).put("tokenizer.ggml.bos_token_id", 2),
            "2 is not one of 2 tokens");
    }

    @Test void knowsEveryNamedPreTokenizer() {
        for (var name : List.of("default", "gpt-2", "llama-bpe", "tekken", "qwen2", "qwen35", "gpt-4o", "smollm",
            "falcon", "dbrx",
            "deepseek-llm", "deepseek-coder", "deepseek-v3", "bloom", "viking")) {
            var tokenizer = Tokenizer.of(gguf(new GgufBytes().put("tokenizer.ggml.model",
                "gpt2").put("tokenizer.ggml.pre", name)
                .put("tokenizer.ggml.tokens", ByteAlphabetTokens.ALL).put("tokenizer.ggml.merges", List.of())
                .put("tokenizer.ggml.eos_token_id", 1).put("tokenizer.ggml.eot_token_id", 2)));
            assertEquals(Set.of(1, 2), tokenizer.eos());
            for (var text : Corpus.texts()) assertEquals(Characters.wellFormed(text),
                tokenizer.decode(tokenizer.encode(text)), name);
        }
    }

    private static final class ByteAlphabetTokens {
        static final List<String> ALL = java.util.stream.IntStream.range(0, 256)
            .mapToObj(b -> java.util.stream.IntStream.range(0, 0x3000).mapToObj(Character::toString)
                .filter(c -> ByteAlphabet.spell(" ").length() == 1 && c.length() == 1
                && ByteAlphabet.bytes(c).length == 1
                    && (ByteAlphabet.bytes(c)[0] & 0xFF) == b && !(c.charAt(0) < 0x80
                    && ByteAlphabet.spell(c).charAt(0) != c.charAt(0)))
                .findFirst().orElseThrow()).toList();
    }
}
