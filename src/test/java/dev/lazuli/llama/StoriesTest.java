package dev.lazuli.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.Lazuli;
import dev.lazuli.Shared;
import dev.lazuli.io.Json;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A trained model continues a story as the reference implementation does, in every format.
class StoriesTest {
    private static final String FOLDER = "models/stories260K";
    private static final String PROMPT = "Once upon a time";

    private static Json expected(String key) { return Json.read(Shared.path(FOLDER + "/expected.json")).at(key); }

    private static int[] tokens(Json expected) {
        return expected.at("tokens").items().stream().mapToInt(t -> (int) t.integer()).toArray();
    }

    @ParameterizedTest
    @CsvSource({"'', f32", "/stories260K-f32.gguf, f32", "/stories260K-Q8_0.gguf, Q8_0",
        "/stories260K-Q4_0.gguf, Q4_0"})
    void continuesTheStoryTokenForToken(String file, String key) {
        var writer = Llama.load(Shared.path(FOLDER + file));
        var want = tokens(expected(key));
        var prompt = writer.tokenizer().encode(PROMPT);
        var how = Generation.greedy().withMaxTokens(want.length - prompt.length);
        var got = IntStream.concat(IntStream.of(prompt), writer.generate(PROMPT, how).mapToInt(Writer.Token::id))
            .toArray();
        assertArrayEquals(want, got);
        assertEquals(expected(key).at("text").string(), PROMPT + writer.write(PROMPT, how));
    }

    @ParameterizedTest
    @CsvSource({"'', f32", "/stories260K-f32.gguf, f32", "/stories260K-Q8_0.gguf, Q8_0",
        "/stories260K-Q4_0.gguf, Q4_0"})
    void scoresAgreeWithTheReference(String file, String key) {
        var writer = Llama.load(Shared.path(FOLDER + file));
        var prompt = writer.tokenizer().encode(PROMPT);
        var scores = writer.llama().last(Lazuli.array(prompt, 1, prompt.length), writer.llama().cache()).toFloatArray();
        var want = expected(key).at("last_logits").items();
        for (int i = 0; i < want.size(); i++) assertEquals(want.get(i).number(), scores[i], 1e-3, "token " + i);
        var best = expected(key).at("last_logits_argmax5").items().getFirst().integer();
        assertEquals(best, Sampler.greedy().sample(scores));
    }
}
