package dev.lazuli.text;

import dev.lazuli.Shared;
import dev.lazuli.io.Gguf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TokenizerTest {
    /// The original tokenizers' answers to the same texts.
    @ParameterizedTest
    @ValueSource(strings = {"llama-spm", "phi-3", "gpt-2", "deepseek-coder"})
    void givesTheExpectedTokens(String name) throws IOException {
        var tokenizer = Tokenizer.of(Gguf.read(Shared.path("tokenizers/" + name + ".gguf")));
        var texts = Files.readString(Shared.path("tokenizers/" + name + ".inp")).split("\n__ggml_vocab_test__\n", -1);
        var lines = Files.readString(Shared.path("tokenizers/" + name + ".out")).split("\n", -1);
        int count = 0;
        for (int i = 0; i < texts.length; i++) {
            if (i == texts.length - 1 && texts[i].isEmpty()) break;
            var expected = Arrays.stream(lines[i].trim().split(" ")).filter(s -> !s.isEmpty())
                .mapToInt(Integer::parseInt).toArray();
            assertArrayEquals(expected, tokenizer.encode(texts[i], false), texts[i]);
            count++;
        }
        assertEquals(lines.length - 1, count);
    }
}
