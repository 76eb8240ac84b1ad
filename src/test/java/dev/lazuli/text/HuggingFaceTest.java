package dev.lazuli.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.lazuli.Shared;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Hugging Face's own library, through JNI, on a large corpus and every style of `tokenizer.json`.
class HuggingFaceTest {
    @TempDir static Path folder;
    private static final List<String> TEXTS = Corpus.texts();
    private static final Map<String, String> BEFORE = new LinkedHashMap<>();

    @BeforeAll static void offline() {
        // The library is in the jar; nothing is to be asked of the network, and no telemetry sent.
        for (var key : List.of("ai.djl.offline", "OPT_OUT_TRACKING")) BEFORE.put(key, System.setProperty(key, "true"));
    }

    @AfterAll static void restore() {
        BEFORE.forEach((key, value) -> {
            if (value == null) System.clearProperty(key);
            else System.setProperty(key, value);
        });
    }

    @TestFactory Stream<DynamicTest> agrees() throws IOException {
        var files = new LinkedHashMap<String, Path>();
        files.put("stories260K", Shared.path("models/stories260K/tokenizer.json"));
        files.putAll(TokenizerFiles.write(folder));
        return files.entrySet().stream().map(f -> DynamicTest.dynamicTest(f.getKey(), () -> compare(f.getValue())));
    }

    private static void compare(Path file) throws IOException {
        var tokenizer = Tokenizer.load(file);
        var differences = new ArrayList<String>();
        try (var other = load(file)) {
            for (int i = 0; i < TEXTS.size(); i++) {
                var text = TEXTS.get(i);
                // What special tokens are put around a text does not depend on the text.
                for (boolean special : i < 100 ? new boolean[] {true, false} : new boolean[] {false}) {
                    int[] expected = ids(other, text, special);
                    int[] got = tokenizer.encode(text, special);
                    if (!Arrays.equals(expected, got)) differences.add("encode " + quoted(text) + ": expected "
                        + tail(expected, got) + ", got " + tail(got, expected));
                }
                int[] ids = tokenizer.encode(text);
                var expected = other.decode(Arrays.stream(ids).asLongStream().toArray(), true);
                var got = tokenizer.decode(ids);
                if (!expected.equals(got) && !readsAddedTokensAsBytes(tokenizer, ids))
                    differences.add("decode " + Arrays.toString(ids) + ": expected " + quoted(expected) + ", got "
                    + quoted(got));
            }
        }
        assertEquals(List.of(), differences.stream().limit(8).toList(), differences.size() + " differences");
    }

    /// Hugging Face reads an added `ü` as the byte 0xFC, which is no text.
    private static boolean readsAddedTokensAsBytes(Tokenizer tokenizer, int[] ids) {
        return Arrays.stream(ids).anyMatch(id -> !tokenizer.token(id).equals(tokenizer.piece(id)));
    }

    private static HuggingFaceTokenizer load(Path file) throws IOException {
        try {
            return HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "DO_NOT_TRUNCATE", "modelMaxLength",
                "100000000"));
        } catch (UnsatisfiedLinkError | IllegalStateException e) {
            Assumptions.abort("Hugging Face's native library does not load here: " + e);
            throw e;
        }
    }

    private static int[] ids(HuggingFaceTokenizer other, String text, boolean special) {
        return Arrays.stream(other.encode(text, special, false).getIds()).mapToInt(id -> (int) id).toArray();
    }

    /// From the first difference on.
    private static String tail(int[] ids, int[] others) {
        int from = Math.max(0, Arrays.mismatch(ids, others));
        return from + ": " + Arrays.toString(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + 8)));
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder();
        (text.length() > 200 ? text.substring(0, 200) : text).chars()
            .forEach(c -> quoted.append(c >= ' ' && c < 0x7F ? "" + (char) c : "\\u%04x".formatted(c)));
        return quoted.toString();
    }
}
