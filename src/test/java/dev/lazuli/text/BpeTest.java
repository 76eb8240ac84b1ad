package dev.lazuli.text;

import dev.lazuli.io.Gguf;
import dev.lazuli.io.GgufBytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class BpeTest {
    @Provide Arbitrary<List<String>> tokens() {
        return joined(1, 4, "a", "b", "▁", "c", "😀").list().uniqueElements().ofMaxSize(25);
    }

    /// Scores with ties, characters that are no tokens, marks inside of words: as the definition says.
    @Property(tries = 500) void scoredVocabulariesFollowTheDefinition(@ForAll("tokens") List<String> tokens,
            @ForAll List<@net.jqwik.api.constraints.IntRange(min = -4, max = 0) Integer> scores,
            @ForAll("texts") String text) throws IOException {
        var all = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        var types = new ArrayList<>(List.of(2, 3, 3));
        for (int b = 0; b < 256; b++) {
            all.add("<0x%02X>".formatted(b));
            types.add(6);
        }
        var points = new ArrayList<Float>();
        for (int i = 0; i < 259; i++) points.add(0f);
        for (int i = 0; i < tokens.size(); i++) {
            all.add(tokens.get(i));
            types.add(1);
            points.add(scores.isEmpty() ? 0f : (float) scores.get(i % scores.size()));
        }
        var file = Files.createTempFile("scored", ".gguf");
        Files.write(file, new GgufBytes().put("tokenizer.ggml.model", "llama").put("tokenizer.ggml.tokens", all)
            .put("tokenizer.ggml.token_type", types).put("tokenizer.ggml.scores", points)
            .put("tokenizer.ggml.add_space_prefix", false).put("tokenizer.ggml.unknown_token_id", 0).bytes());
        var tokenizer = Tokenizer.of(Gguf.read(file));
        Files.delete(file);
        assertArrayEquals(naive(text.replace(' ', '▁'), all, points), tokenizer.encode(text, false), text);
    }

    @Provide Arbitrary<String> texts() { return joined(0, 30, "a", "b", " ", "c", "d", "▁", "😀"); }

    private static Arbitrary<String> joined(int least, int most, String... characters) {
        return Arbitraries.of(characters).list().ofMinSize(least).ofMaxSize(most).map(all -> String.join("", all));
    }

    private static int[] naive(String text, List<String> tokens, List<Float> scores) {
        var ids = new HashMap<String, Integer>();
        for (int id = 259; id < tokens.size(); id++) ids.put(tokens.get(id), id);
        var symbols = new ArrayList<String>();
        text.codePoints().forEach(c -> symbols.add(Character.toString(c)));
        while (true) {
            int best = -1;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                var id = ids.get(symbols.get(i) + symbols.get(i + 1));
                if (id != null && (best < 0 || scores.get(id) > scores.get(ids.get(symbols.get(best) + symbols.get(best
                    + 1)))))
                    best = i;
            }
            if (best < 0) break;
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
        return symbols.stream().flatMapToInt(s -> ids.containsKey(s) ? IntStream.of(ids.get(s))
            : IntStream.range(0, s.getBytes(UTF_8).length).map(i -> 3 + (s.getBytes(UTF_8)[i] & 0xFF))).toArray();
    }

    @Property void heapsSort(@ForAll long[] values) {
        var heap = new LongHeap(0);
        for (long v : values) heap.push(v);
        var sorted = values.clone();
        Arrays.sort(sorted);
        for (long v : sorted) assertEquals(v, heap.pop());
    }

    @Property void mergesAreAMap(@ForAll List<@net.jqwik.api.constraints.IntRange(min = 0, max = 20) Integer> numbers) {
        var map = new HashMap<List<Integer>, Integer>();
        var merges = new Merges(numbers.size() / 2);
        for (int i = 0; i + 1 < numbers.size(); i += 2) {
            map.put(numbers.subList(i, i + 2), i);
            merges.put(numbers.get(i), numbers.get(i + 1), i, i + 1);
        }
        for (int a = 0; a <= 20; a++)
            for (int b = 0; b <= 20; b++) {
                int slot = merges.find(a, b);
                var expected = map.get(List.of(a, b));
                assertEquals(expected == null, slot == Merges.NONE);
                if (expected != null) assertEquals(expected + 1, merges.joined(slot));
                if (expected != null) assertEquals(expected, merges.rank(slot));
            }
    }

    @Property void utf8StreamsAsJavaDecodes(@ForAll byte[] random, @ForAll String text, @ForAll int cut) {
        var good = text.getBytes(UTF_8);
        for (var bytes : List.of(random, good, Arrays.copyOf(good, good.length == 0 ? 0 : Math.floorMod(cut,
            good.length))))
            decodesAsJava(bytes);
    }

    @Test void utf8StreamsAllPairsOfBytes() {
        for (int first = 0; first < 256; first++)
            for (int second = 0; second < 256; second++)
                for (int third : new int[] {0x41, 0x80, 0xBF, 0xC2, 0xF0})
                    decodesAsJava(new byte[] {(byte) first, (byte) second, (byte) third, (byte) 0x80, 'x'});
    }

    private static void decodesAsJava(byte[] bytes) {
        // Java replaces a surrogate's three bytes at once; Unicode, and everybody else, each of them.
        for (int i = 0; i + 1 < bytes.length; i++)
            if ((bytes[i] & 0xFF) == 0xED && (bytes[i + 1] & 0xE0) == 0xA0) return;
        var stream = new Utf8Stream(false);
        var out = new StringBuilder();
        for (byte b : bytes) stream.accept(b, out);
        stream.end(out);
        assertEquals(new String(bytes, UTF_8), out.toString(), () -> Arrays.toString(bytes));
    }

    @Test void theByteAlphabetIsGpt2s() {
        assertEquals("ĠaĊ", ByteAlphabet.spell(" a\n"));
        assertEquals("Ã©Ń", ByteAlphabet.spell("é\u00AD").replace("Â", ""));
        var all = new StringBuilder();
        for (int c = 0; c < 0x3000; c += 7) all.append((char) c);
        assertArrayEquals(all.toString().getBytes(UTF_8), ByteAlphabet.bytes(ByteAlphabet.spell(all.toString())));
        assertArrayEquals("世".getBytes(UTF_8), ByteAlphabet.bytes("世"));
    }
}
