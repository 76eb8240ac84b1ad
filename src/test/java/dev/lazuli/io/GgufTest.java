package dev.lazuli.io;

import dev.lazuli.Shared;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GgufTest {
    @TempDir Path folder;

    private Gguf read(byte[] bytes) {
        try {
            return Gguf.read(Files.write(folder.resolve("test.gguf"), bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void refuses(byte[] bytes, String message) {
        var e = assertThrows(FormatException.class, () -> read(bytes));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith(folder.resolve("test.gguf").toString()), e.getMessage());
    }

    /// A good file with some bytes put over it.
    private static byte[] patched(Consumer<ByteBuffer> patch) {
        var bytes = new GgufBytes().put("key", List.of("a", "b")).tensor("w", 0, new byte[64], 4, 4).bytes();
        patch.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    @Test void readsEveryKindOfValue() {
        var values = new LinkedHashMap<String, Object>();
        values.put("i8", (byte) -1);
        values.put("i16", (short) -2);
        values.put("i32", -3);
        values.put("i64", Long.MIN_VALUE);
        values.put("f32", 0.1f);
        values.put("f64", 0.1);
        values.put("bool", true);
        values.put("string", "é😀");
        values.put("strings", List.of("", "a", "世界"));
        values.put("floats", List.of(1f, -2f));
        values.put("nested", List.of(List.of(1, 2), List.of(), List.of(3)));
        values.put("empty", List.of());
        for (int version = 2; version <= 3; version++) {
            var file = read(new GgufBytes(version, 32).putAll(values).bytes());
            assertEquals(List.copyOf(values.keySet()), List.copyOf(file.metadata().keySet()));
            assertEquals(-1, file.integer("i8"));
            assertEquals(-2, file.integer("i16"));
            assertEquals(-3, file.integer("i32"));
            assertEquals(Long.MIN_VALUE, file.metadata().get("i64"));
            assertEquals(0.1f, (float) file.number("f32"));
            assertEquals(0.1, file.number("f64"));
            assertTrue(file.bool("bool"));
            assertEquals("é😀", file.string("string"));
            assertEquals(values.get("strings"), file.strings("strings"));
            assertArrayEquals(new float[] {1, -2}, file.numbers("floats"));
            assertEquals(List.of(List.of(1L, 2L), List.of(), List.of(3L)), file.metadata().get("nested"));
            assertEquals(List.of(), file.strings("empty"));
            assertEquals(version, file.version());
        }
    }

    @Test void namesKeysThatAreMissingOrOfAnotherType() {
        var file = read(new GgufBytes().put("a", "text").put("b", List.of(1)).put("c", 1L << 40).bytes());
        assertTrue(assertThrows(FormatException.class, () -> file.string("llama.x")).getMessage()
            .endsWith("test.gguf: no metadata key 'llama.x'"));
        assertTrue(assertThrows(FormatException.class, () -> file.integer("a")).getMessage()
            .endsWith("a: expected an integer, got text"));
        assertThrows(FormatException.class, () -> file.strings("b"));
        assertThrows(FormatException.class, () -> file.number("b"));
        assertThrows(FormatException.class, () -> file.integer("c"));
        assertEquals(5, file.integer("x", 5));
        assertThrows(FormatException.class, () -> file.integer("a", 5));
        assertTrue(assertThrows(FormatException.class, () -> file.tensor("w")).getMessage().contains("no tensor 'w'"));
    }

    @Test void readsTensorsAtAnyAlignment() {
        for (int alignment : new int[] {8, 32, 64, 4096}) {
            var bytes = new byte[24];
            for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) i;
            var file = read(new GgufBytes(3, alignment).put("general.alignment", alignment)
                .tensor("b", GgufType.Q8_0.id(), new byte[68], 64)
                .tensor("a", GgufType.F32.id(), bytes, 3, 2)
                .tensor("s", GgufType.BF16.id(), new byte[2])
                .tensor("e", GgufType.I8.id(), new byte[0], 0, 5).bytes());
            assertEquals(List.of("b", "a", "e", "s").stream().sorted().toList(),
                file.tensors().keySet().stream().sorted().toList());
            assertEquals(GgufType.Q8_0, file.tensor("b").type());
            assertEquals(68, file.tensor("b").data().byteSize());
            assertEquals(Shape.of(2, 3), file.tensor("a").shape());
            assertArrayEquals(bytes, file.tensor("a").data().toArray(JAVA_BYTE));
            assertEquals(Dtype.BFLOAT16, file.tensor("s").type().dtype());
            assertEquals(Shape.of(5, 0), file.tensor("e").shape());
        }
    }

    @Test void refusesMalformedHeaders() {
        for (int cut = 0; cut < 160; cut++) {
            var whole = patched(b -> {});
            var part = java.util.Arrays.copyOf(whole, cut);
            assertThrows(FormatException.class, () -> read(part), "cut at " + cut);
        }
        refuses(patched(b -> b.putInt(0, 0x46465547)), "begins with");
        refuses(patched(b -> b.putInt(4, 1)), "version 1, expected 2 or 3");
        refuses(patched(b -> b.order(ByteOrder.BIG_ENDIAN).putInt(4, 3)), "big-endian");
        for (long huge : new long[] {-1, Long.MAX_VALUE, 1L << 40, 100}) {
            refuses(patched(b -> b.putLong(8, huge)), "tensor count: ");
            refuses(patched(b -> b.putLong(16, huge)), "metadata count: ");
            refuses(patched(b -> b.putLong(24, huge == 100 ? 1000 : huge)), "metadata key 0: a string of ");
            refuses(patched(b -> b.putLong(43, huge)), "key: ");          // elements of the array
            refuses(patched(b -> b.putLong(51, huge == 100 ? 1000 : huge)), "key: a string of ");
        }
        refuses(patched(b -> b.putInt(35, 13)), "key: unknown value type 13");
        refuses(patched(b -> b.put(59, (byte) 0xFF)), "key: not UTF-8");
        refuses(patched(b -> b.putInt(39, 9)), "key: ");                  // strings said to be arrays
        refuses(new GgufBytes().put("a", 1).put("a", 2).bytes(), "metadata key 'a' twice");
        refuses(new GgufBytes().put("general.alignment", 24).bytes(), "general.alignment is 24");
        refuses(new GgufBytes().put("general.alignment", 0).bytes(), "general.alignment is 0");
        refuses(new GgufBytes().put("general.alignment", "32").bytes(), "general.alignment is 32");
        Object deep = List.of(1);
        for (int i = 0; i < 10; i++) deep = List.of(deep);
        refuses(new GgufBytes().put("deep", deep).bytes(), "deep: arrays nested more than 8 deep");
    }

    @Test void refusesMalformedTensors() {
        record Case(String message, int type, long offset, long... lengths) {}
        for (var c : List.of(
            new Case("w: unknown tensor type 99", 99, 0, 4),
            new Case("w: unknown tensor type 4294967295", -1, 0, 4),
            new Case("w: rows of 33 elements, Q4_0 stores blocks of 32", 2, 0, 33),
            new Case("w: offset 4, expected a multiple of 32", 0, 4, 4),
            new Case("w: offset 18446744073709551584", 0, -32, 4),
            new Case("w: 16 bytes at offset 32, but the data has 32", 0, 32, 4),
            new Case("w: 16 bytes at offset 9223372036854775776", 0, Long.MAX_VALUE - 31, 4),
            new Case("w: 36 bytes at offset 0", 0, 0, 9),
            new Case("w: an axis of length 18446744073709551615", 0, 0, -1),
            new Case("w: an axis of length 4294967296", 0, 0, 1L << 32),
            new Case("multiply to more than 2^59", 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
            new Case("multiply to more than 2^59", 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, 2),
            new Case("w: 5 axes", 0, 0, 1, 1, 1, 1, 1))) {
            var file = new GgufBytes().tensor("ok", 0, new byte[32], 8);
            refuses(new GgufBytes().tensor("w", c.type, c.offset, c.lengths).tensor("ok", 0, new byte[32], 8).bytes(),
                c.message);
            assertEquals(1, read(file.bytes()).tensors().size());
        }
        refuses(new GgufBytes().tensor("a", 0, new byte[64], 16).tensor("b", 0, 32, 8).bytes(), "b: overlaps");
        refuses(new GgufBytes().tensor("a", 0, new byte[4], 1).tensor("a", 0, new byte[4], 1).bytes(), "'a' twice");
    }

    @Test void readsLargeVocabularies() {
        var tokens = IntStream.range(0, 150_000).mapToObj(i -> "token é " + i).toList();
        var scores = IntStream.range(0, 150_000).mapToObj(i -> -(float) i).toList();
        var file = read(new GgufBytes().put("tokens", tokens).put("scores", scores).bytes());
        assertEquals(tokens, file.strings("tokens"));
        assertEquals(-149_999f, file.numbers("scores")[149_999]);
    }

    @Test void readsWhatMlxWrote() {
        var values = Safetensors.read(Shared.path("golden/io.safetensors"));
        for (var test : Json.read(Shared.path("golden/io.json")).at("cases").items()) {
            if (!test.at("args").at("format").string().equals("gguf")) continue;
            var file = Gguf.read(Shared.path("golden/" + test.at("args").at("file").string()));
            var arrays = test.at("arrays");
            file.tensors().forEach((name, tensor) -> {
                if (tensor.type().dtype() == null) return;
                var expected = values.tensor(arrays.at(name).string());
                assertEquals(expected.dtype(), tensor.type().dtype(), name);
                assertEquals(expected.shape(), tensor.shape(), name);
                assertEquals(-1, expected.data().mismatch(tensor.data()), name);
            });
        }
        var file = Gguf.read(Shared.path("golden/io/metadata.gguf"));
        assertEquals(3, file.integer("count"));
        assertEquals(-5, file.integer("offset"));
        assertEquals(0.5, file.number("ratio"));
        assertEquals(List.of("a", "bb", "é"), file.strings("general.tags"));
        assertArrayEquals(new int[] {1, 2, 3}, file.integers("sizes"));
        assertArrayEquals(new float[] {0.5f, 1.5f}, file.numbers("weights"));
        assertEquals(List.of(1L, 255L), file.metadata().get("bytes"));
    }

    @Test void readsARealModel() {
        var weights = Safetensors.read(Shared.path("models/stories260K/model.safetensors"));
        var file = Gguf.read(Shared.path("models/stories260K/stories260K-f32.gguf"));
        for (var name : Map.of("model.norm.weight", "output_norm.weight",
            "model.layers.4.mlp.down_proj.weight", "blk.4.ffn_down.weight").entrySet()) {
            var expected = weights.tensor(name.getKey());
            var tensor = file.tensor(name.getValue());
            assertEquals(expected.shape(), tensor.shape());
            assertEquals(-1, expected.data().mismatch(tensor.data()));
        }
        var quantised = Gguf.read(Shared.path("models/stories260K/stories260K-Q4_0.gguf"));
        assertEquals(GgufType.Q4_0, quantised.tensor("blk.0.attn_q.weight").type());
        assertEquals(64 * 64 / 32 * 18, quantised.tensor("blk.0.attn_q.weight").data().byteSize());
    }
}
