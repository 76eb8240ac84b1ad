package dev.lazuli.io;

import dev.lazuli.Shared;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SafetensorsTest {
    @TempDir Path folder;

    static Tensor tensor(Dtype dtype, int... dims) {
        var shape = Shape.of(dims);
        var bytes = new byte[(int) shape.size() * dtype.bytes()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (dtype == Dtype.BOOL ? i & 1 : 31 * i + dims.length);
        return new Tensor(dtype, shape, MemorySegment.ofArray(bytes));
    }

    /// A file of the given header and so many bytes of data.
    private Path file(String header, int data) throws IOException { return file(header.getBytes(UTF_8), data); }

    private Path file(byte[] header, int data) throws IOException {
        return Files.write(folder.resolve("bad.safetensors"), ByteBuffer.allocate(8 + header.length + data)
            .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).array());
    }

    private static void same(Tensor expected, Tensor got, String name) {
        assertEquals(expected.dtype(), got.dtype(), name);
        assertEquals(expected.shape(), got.shape(), name);
        assertArrayEquals(expected.data().toArray(JAVA_BYTE), got.data().toArray(JAVA_BYTE), name);
    }

    @Test void writesAndReadsEveryDtype() throws IOException {
        var all = new LinkedHashMap<String, Tensor>();
        for (var dtype : Dtype.values()) {
            all.put(dtype + ".scalar", tensor(dtype));
            all.put(dtype + ".empty", tensor(dtype, 3, 0));
            all.put(dtype + " \"quoted\" é😀", tensor(dtype, 3, 5));
        }
        var metadata = Map.of("format", "mlx", "", "\n\u0000");
        var path = folder.resolve("all.safetensors");
        Safetensors.write(path, all, metadata);
        var read = Safetensors.read(path);
        assertEquals(metadata, read.metadata());
        assertEquals(all.keySet(), read.tensors().keySet());
        all.forEach((name, tensor) -> same(tensor, read.tensor(name), name));
        var header = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, header % 8);
        read.tensors().forEach((name, t) -> assertEquals(0, t.data().address() % t.dtype().bytes(), name));
        assertEquals(List.of(path), list(), "no temporary file stays");
    }

    @Test void keepsTheOrderOfEqualWidths() {
        var all = new LinkedHashMap<String, Tensor>();
        for (var name : List.of("z", "a", "m")) all.put(name, tensor(Dtype.FLOAT32, 2));
        var path = folder.resolve("order.safetensors");
        Safetensors.write(path, all, Map.of());
        assertEquals(List.of("z", "a", "m"), List.copyOf(Safetensors.read(path).tensors().keySet()));
    }

    @Test void readsAnEmptyFileOfTensors() {
        var path = folder.resolve("none.safetensors");
        Safetensors.write(path, new LinkedHashMap<>(), Map.of());
        assertTrue(Safetensors.read(path).tensors().isEmpty());
    }

    @Test void replacesAFileThatIsMapped() {
        var path = folder.resolve("model.safetensors");
        Safetensors.write(path, one("w", tensor(Dtype.INT8, 4)), Map.of());
        var old = Safetensors.read(path);
        Safetensors.write(path, one("w", tensor(Dtype.INT8, 9)), Map.of());
        same(tensor(Dtype.INT8, 4), old.tensor("w"), "old");
        same(tensor(Dtype.INT8, 9), Safetensors.read(path).tensor("w"), "new");
    }

    @Test void aRefusedWriteLeavesNothing() throws IOException {
        var path = folder.resolve("model.safetensors");
        var wrong = new Tensor(Dtype.FLOAT32, Shape.of(3), MemorySegment.ofArray(new byte[11]));
        assertEquals("safetensors: w: a float32 of shape (3,) has 12 bytes, got 11",
            assertThrows(IllegalArgumentException.class, () -> Safetensors.write(path, one("w", wrong), Map.of()))
                .getMessage());
        assertThrows(IllegalArgumentException.class,
            () -> Safetensors.write(path, one("__metadata__", tensor(Dtype.INT8)), Map.of()));
        assertThrows(UncheckedIOException.class, () -> Safetensors.write(folder.resolve("absent/model.safetensors"),
            one("w", tensor(Dtype.INT8)), Map.of()));
        assertEquals(List.of(), list());
    }

    @Test void readsShards() throws IOException {
        var a = tensor(Dtype.FLOAT32, 2, 3);
        var b = tensor(Dtype.BFLOAT16, 4);
        var first = new LinkedHashMap<>(Map.of("a", a, "unlisted", b));
        Safetensors.write(folder.resolve("model-1.safetensors"), first, Map.of("format", "pt"));
        Safetensors.write(folder.resolve("model-2.safetensors"), one("b", b), Map.of());
        var index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, """
            {"metadata": {"total_size": 32}, "weight_map": {"b": "model-2.safetensors",
            "a": "model-1.safetensors"}}""");
        var read = Safetensors.read(index);
        assertEquals(List.of("b", "a"), List.copyOf(read.tensors().keySet()));
        same(a, read.tensor("a"), "a");
        same(b, read.tensor("b"), "b");
        assertEquals(Map.of("format", "pt"), read.metadata());

        Files.writeString(index, "{\"weight_map\": {\"c\": \"model-2.safetensors\"}}");
        assertTrue(assertThrows(FormatException.class, () -> Safetensors.read(index)).getMessage()
            .endsWith("weight_map says 'c' is in model-2.safetensors, it is not"));
        Files.writeString(index, "{\"weight_map\": {\"c\": \"../model-2.safetensors\"}}");
        assertThrows(FormatException.class, () -> Safetensors.read(index));
        Files.writeString(index, "{\"weight_map\": {\"c\": \"model-3.safetensors\"}}");
        assertTrue(assertThrows(UncheckedIOException.class, () -> Safetensors.read(index)).getMessage()
            .contains("model-3.safetensors: no such file"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|7|truncated: w ends at 8, the data at 7",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|tensors end at 8, the data at 9",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|12|w: begins at 4, but the one before ends at "
            + "0: there is a hole",
        "{'a':{'dtype':'I8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'I8','shape':[2],'data_offsets':[1,"
            + "3]}}|3|overlap",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'I8','shape':[1],'data_offsets':[2,"
            + "3]}}|3|hole",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'I8','shape':[1],'data_offsets':[1,"
            + "2]}}|2|'a' twice",
        "{'w':{'dtype':'F99','shape':[2],'data_offsets':[0,8]}}|8|w: dtype: unsupported dtype 'F99'",
        "{'w':{'dtype':4,'shape':[2],'data_offsets':[0,8]}}|8|expected a string, got 4",
        "{'w':{'shape':[2],'data_offsets':[0,8]}}|8|no 'dtype'",
        "{'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|8|w: shape[0]: a length of -2",
        "{'w':{'dtype':'F32','shape':[4294967296],'data_offsets':[0,8]}}|8|a length of 4294967296",
        "{'w':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|8|expected an integer",
        "{'w':{'dtype':'F32','shape':[18446744073709551615],'data_offsets':[0,8]}}|8|expected an integer",
        "{'w':{'dtype':'F32','shape':[2147483647,2147483647,2147483647,0],'data_offsets':[0,0]}}|0|2^59 elements",
        "{'w':{'dtype':'F32','shape':[2147483647,2147483647],'data_offsets':[0,8]}}|8|2^59 elements",
        "{'w':{'dtype':'F32','shape':[536870912,1073741824],'data_offsets':[0,8]}}|8|data_offsets give 8",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|a float32 of shape (2,) has 2 × 4 bytes, "
            + "data_offsets give 4",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|8|out of order",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}|8|out of order",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|8|expected [begin, end]",
        "{'w':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}|8|shape: expected an array, got 2",
        "{'w':[]}|8|expected an object",
        "{'__metadata__':{'a':1}}|0|__metadata__: a: expected a string, got 1",
        "[]|0|does not begin with '{'",
        "{'w'|0|bad.safetensors",
        "` {}`|0|does not begin with '{'",
    })
    void refuses(String header, int data, String message) throws IOException {
        var path = file(header.replace('\'', '"'), data);
        var e = assertThrows(FormatException.class, () -> Safetensors.read(path));
        assertTrue(e.getMessage().replace('"', '\'').contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
    }

    @Test void refusesHeadersThatAreNoUtf8() throws IOException {
        var path = file(new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'}, 0);
        assertTrue(assertThrows(FormatException.class,
            () -> Safetensors.read(path)).getMessage().contains("not UTF-8"));
    }

    @Test void refusesLengthsThatLie() throws IOException {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 100_000_000, 3}) {
            var path = Files.write(folder.resolve("bad.safetensors"), ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN).putLong(length).put((byte) '{').put((byte) '}').array());
            assertThrows(FormatException.class, () -> Safetensors.read(path));
        }
        for (int size = 0; size < 8; size++) {
            var path = Files.write(folder.resolve("bad.safetensors"), new byte[size]);
            assertThrows(FormatException.class, () -> Safetensors.read(path));
        }
    }

    @Test void namesWhatIsMissing() {
        assertTrue(assertThrows(UncheckedIOException.class, () -> Safetensors.read(folder.resolve("no.safetensors")))
            .getMessage().endsWith("no.safetensors: no such file or folder"));
        assertThrows(FormatException.class, () -> Safetensors.read(folder));
    }

    @Test void readsWhatMlxWrote() {
        var manifest = Json.read(Shared.path("golden/io.json"));
        var values = Safetensors.read(Shared.path("golden/io.safetensors"));
        int files = 0;
        for (var test : manifest.at("cases").items()) {
            if (!test.at("args").at("format").string().equals("safetensors")) continue;
            var read = Safetensors.read(Shared.path("golden/" + test.at("args").at("file").string()));
            var arrays = test.at("arrays");
            assertEquals(arrays.object().keySet(), read.tensors().keySet());
            read.tensors().forEach((name, tensor) -> {
                var expected = values.tensor(arrays.at(name).string());
                if (!tensor.dtype().isComplex()) same(expected, tensor, name);
                else assertEquals(-1, expected.data().mismatch(tensor.data()), name);
            });
            if (test.find("metadata") instanceof Json metadata) assertEquals(metadata.object(),
                Map.copyOf(read.metadata()));
            files++;
        }
        assertFalse(files == 0);
    }

    private static SequencedMap<String, Tensor> one(String name, Tensor tensor) {
        var map = new LinkedHashMap<String, Tensor>();
        map.put(name, tensor);
        return map;
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(folder)) {
            return new ArrayList<>(files.toList());
        }
    }
}
