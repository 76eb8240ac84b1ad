package dev.lazuli;

import static dev.lazuli.Index.every;
import static dev.lazuli.Lazuli.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.GgufType;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is saved is loaded again, bit by bit, in every format, type and layout.
class FilesTest {
    @TempDir Path folder;

    private static byte[] bytes(Array x) { return contiguous(x).memorySegment().toArray(JAVA_BYTE); }

    private static void same(Array want, Array got) {
        assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape());
        assertArrayEquals(bytes(want), bytes(got));
    }

    /// Any bits, NaNs among them.
    private static Array random(Dtype dtype, int... dims) {
        var bytes = new byte[(int) Shape.of(dims).size() * dtype.bytes()];
        new Random(1).nextBytes(bytes);
        if (dtype.isBool()) for (int i = 0; i < bytes.length; i++) bytes[i] &= 1;
        return array(MemorySegment.ofArray(bytes), dtype, dims);
    }

    private static Map<String, Array> layouts(Dtype dtype) {
        var x = random(dtype, 2, 3, 4);
        var all = new LinkedHashMap<String, Array>();
        all.put("plain", x);
        all.put("columns", x.T());
        all.put("permuted", x.transpose(1, 0, 2));
        all.put("backwards", x.get(Index.all(), every(-1)));
        all.put("inner", x.get(Index.at(1), Index.range(1, 3)));
        all.put("repeated", x.get(0).broadcastTo(2, 3, 4));
        all.put("vector", random(dtype, 5));
        all.put("scalar", random(dtype));
        all.put("empty", random(dtype, 0, 3));
        return all;
    }

    @ParameterizedTest @EnumSource void everyTypeAndLayout(Dtype dtype) {
        var all = layouts(dtype);
        all.forEach((name, x) -> {
            save(folder.resolve(name), x);
            same(x, load(folder.resolve(name + ".npy")).array());
        });
        back(all, "stored.npz", (path, tree) -> savez(path, tree));
        back(all, "packed.npz", (path, tree) -> savezCompressed(path, tree));
        back(all, "all.safetensors", (path, tree) -> saveSafetensors(path, tree));
        if (dtype.isFloat() || dtype.kind() == Dtype.Kind.SIGNED)
            back(all, "all.gguf", (path, tree) -> saveGguf(path, tree));
        else assertMessage("saveGguf: plain: GGUF has no tensors of " + dtype,
            () -> saveGguf(folder.resolve("no.gguf"), all));
    }

    private void back(Map<String, Array> all, String name, BiConsumer<Path, Object> save) {
        save.accept(folder.resolve(name), all);
        var loaded = load(folder.resolve(name)).arrays();
        assertEquals(all.keySet(), loaded.keySet());
        all.forEach((key, x) -> same(x, loaded.get(key)));
    }

    record Layer(Array weight, List<Array> parts) {}

    @Test void treesAreNamedByTheirPaths() {
        var layer = new Layer(ones(2, 3), List.of(zeros(1), arange(3)));
        var keys = List.of("weight", "parts.0", "parts.1");
        saveSafetensors(folder.resolve("m"), layer, Map.of("format", "lazuli"));
        var loaded = load(folder.resolve("m.safetensors"));
        assertEquals(Map.of("format", "lazuli"), loaded.metadata());
        assertTrue(loaded.arrays().keySet().containsAll(keys));
        savez(folder.resolve("m"), zeros(2), layer, ones(1));
        assertEquals(List.of("arr_0", "weight", "parts.0", "parts.1", "arr_1"),
            List.copyOf(load(folder.resolve("m.npz")).arrays().keySet()));
        assertMessage("savez: two arrays are named 'weight'", () -> savez(folder.resolve("m"), layer, layer));
        assertTrue(assertThrows(FormatException.class, () -> load(folder.resolve("m.npz")).array()).getMessage()
            .contains("expected one array, there are 5"));
    }

    @Test void columnsAreWrittenAsTheyLie() throws IOException {
        save(folder.resolve("x"), arange(6).reshape(2, 3).T());
        var text = Files.readString(folder.resolve("x.npy"), ISO_8859_1);
        assertTrue(text.contains("{'descr': '<i4', 'fortran_order': True, 'shape': (3, 2), }"), text);
        assertEquals(128 + 24, text.length(), "data is aligned to 64 bytes");
        assertArrayEquals(new int[] {0, 3, 1, 4, 2, 5}, load(folder.resolve("x.npy")).array().toIntArray());
    }

    @Test void metadataOfGgufKeepsItsTypes() {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("general.name", "é");
        metadata.put("tags", List.of("a", ""));
        metadata.put("none", List.of());
        for (var dtype : Dtype.values()) {
            if (dtype.isComplex() || dtype.isInexact() && dtype.bytes() == 2) continue;
            metadata.put(dtype + " scalar", random(dtype));
            metadata.put(dtype + " one", random(dtype, 1));
            metadata.put(dtype + " vector", random(dtype, 3));
        }
        metadata.put("general.alignment", scalar(64, Dtype.UINT32));
        var path = folder.resolve("m.gguf");
        saveGguf(path, Map.of("w", arange(5)), metadata);
        var loaded = load(path);
        same(arange(5), loaded.arrays().get("w"));
        assertEquals(List.copyOf(metadata.keySet()), List.copyOf(loaded.metadata().keySet()));
        metadata.forEach((key, want) -> {
            if (want instanceof Array x) same(x, (Array) loaded.metadata().get(key));
            else assertEquals(want, loaded.metadata().get(key));
        });
        saveGguf(path, loaded.arrays(), loaded.metadata());
        assertEquals(64, load(path).metadata().get("general.alignment") instanceof Array x ? x.itemLong() : 0);
        for (var wrong : List.of(zeros(2, 2), zeros(Dtype.FLOAT16, 2), 3, List.of(1)))
            assertTrue(assertThrows(IllegalArgumentException.class,
                () -> saveGguf(folder.resolve("no"), Map.of(), Map.of("key", wrong))).getMessage()
                .startsWith("gguf: metadata key: expected a string, a list of strings"));
        assertThrows(IllegalArgumentException.class,
            () -> saveGguf(folder.resolve("no"), Map.of(), Map.of("general.alignment", scalar(48, Dtype.UINT32))));
        assertMessage("gguf: w: (1, 1, 1, 1, 1) has more than 4 axes",
            () -> saveGguf(folder.resolve("no"), Map.of("w", zeros(1, 1, 1, 1, 1))));
        assertFalse(Files.exists(folder.resolve("no.gguf")));
    }

    @Test void blocksThatMlxDoesNotPackAreDecoded() throws IOException {
        var type = GgufType.Q5_0;
        var blocks = random(Dtype.UINT8, 2, 44);
        var file = new LinkedHashMap<String, Gguf.Tensor>();
        file.put("w", new Gguf.Tensor(type, Shape.of(2, 64), blocks.memorySegment()));
        Gguf.write(folder.resolve("q.gguf"), file, Map.of());
        same(decode(blocks, type.format()).to(Dtype.FLOAT16), load(folder.resolve("q.gguf")).arrays().get("w"));
    }

    // ---- npy ---------------------------------------------------------------------------------------------------

    private Array npy(int version, String header, byte[] data) {
        var text = header.getBytes(ISO_8859_1);
        var bytes = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("\u0093NUMPY".getBytes(ISO_8859_1)).put((byte) version).put((byte) 0);
        if (version == 1) bytes.putShort((short) text.length);
        else bytes.putInt(text.length);
        bytes.put(text).put(data);
        try {
            var file = Files.write(folder.resolve("some.npy"), Arrays.copyOf(bytes.array(), bytes.position()));
            return load(file).array();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final byte[] ONE_TWO = {1, 0, 2, 0};

    @Test void headersOfEveryVersionAndHand() {
        var want = array(new short[] {1, 2}, 2);
        for (int version = 1; version <= 3; version++)
            for (var header : List.of("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }      \n",
                "{'descr': '<i2', 'fortran_order': True, 'shape': (2, )}", "{\"shape\":(2L,),\"descr\":\"=i2\","
                + "\"fortran_order\":False}\n"))
                same(want, npy(version, header, ONE_TWO));
        same(want.reshape(1, 2, 1), npy(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (1, 2, 1)}", ONE_TWO));
    }

    @ParameterizedTest @EnumSource void bigEndianNumbers(Dtype dtype) {
        var want = random(dtype, 2, 3);
        var data = bytes(want);
        int unit = dtype.isComplex() ? 4 : dtype.bytes();
        for (int i = 0; i < data.length; i += unit)
            for (int j = 0; j < unit / 2; j++) {
                byte b = data[i + j];
                data[i + j] = data[i + unit - 1 - j];
                data[i + unit - 1 - j] = b;
            }
        var letter = switch (dtype.kind()) {
            case BOOL -> "b";
            case UNSIGNED -> "u";
            case SIGNED -> "i";
            case FLOAT -> dtype == Dtype.BFLOAT16 ? "V" : "f";
            case COMPLEX -> "c";
        };
        same(want, npy(1, "{'descr': '>" + letter + dtype.bytes() + "', 'fortran_order': False, 'shape': (2, 3), }",
            data));
        same(want.T(), npy(2, "{'descr': '>" + letter + dtype.bytes() + "', 'fortran_order': True, 'shape': (3, 2), }",
            data));
    }

    @Test void whatIsNoArrayIsNamed() {
        refused("unsupported type '<U5'", "{'descr': '<U5', 'fortran_order': False, 'shape': (2,), }");
        refused("unsupported type '<c16'", "{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }");
        refused("unsupported type '|O'", "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }");
        refused("expected {'descr': …", "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (2,), }");
        refused("expected {'descr': …", "{'descr': '<i2', 'shape': (2,), }");
        refused("expected {'descr': …", "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), } x");
        refused("a length of '-2'", "{'descr': '<i2', 'fortran_order': False, 'shape': (-2,), }");
        refused("a length of '2147483648'", "{'descr': '<i2', 'fortran_order': False, 'shape': (2147483648,), }");
        refused("too many elements",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }");
        refused("truncated: a int16 of shape (3,) has 6 bytes, 4 are there",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }");
        refused("at most 64 are allowed", "{'descr': '<i2', 'fortran_order': False, 'shape': (" + "1,".repeat(65)
            + "), }");
    }

    private void refused(String message, String header) {
        var e = assertThrows(FormatException.class, () -> npy(1, header, ONE_TWO));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    // ---- names -------------------------------------------------------------------------------------------------

    @Test void theNameSaysTheFormat() {
        assertMessage("load: x.bin: expected a name that ends in .npy, .npz, .safetensors, .index.json or .gguf",
            () -> load(Path.of("x.bin")));
        for (var ending : List.of("npy", "npz", "safetensors", "gguf"))
            assertTrue(assertThrows(UncheckedIOException.class, () -> load(folder.resolve("no." + ending)))
                .getMessage().endsWith("no." + ending + ": no such file or folder"));
    }

    @Test void aFileIsReplacedWhileItIsMapped() throws IOException {
        var path = folder.resolve("x.npy");
        save(path, arange(1000));
        var old = load(path).array();
        save(path, old.add(1));
        assertEquals(499_500, sum(old).itemLong());
        assertEquals(500_500, sum(load(path).array()).itemLong());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(path), new ArrayList<>(files.toList()));
        }
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
