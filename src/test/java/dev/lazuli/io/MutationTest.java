package dev.lazuli.io;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.memory.Pool;
import dev.lazuli.type.Dtype;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Files with bytes changed, cut, doubled or put in between are read to the last element or refused with a
/// [FormatException], and what is allocated meanwhile is in proportion to their size.
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class MutationTest {
    private static final byte[] GGUF = new GgufBytes().put("general.alignment", 32).put("name", "é")
        .put("tokens", List.of("a", "bb", "ccc")).put("nested", List.of(List.of(1), List.of(2, 3)))
        .put("scores", List.of(1f, 2f)).put("flag", true)
        .tensor("a", GgufType.F32.id(), new byte[64], 4, 4).tensor("q", GgufType.Q4_0.id(), new byte[36], 32,
        2).bytes();
    /// One for each format, written over and over: to make a new one takes most of the time.
    private static final Map<String, Path> FILES = new HashMap<>();
    private static final Map<String, Array> ARRAYS = Map.of("model.weight", arange(6).reshape(2, 3).to(Dtype.BFLOAT16),
        "b", array(true, false, true), "c", zeros(Dtype.COMPLEX64, 7));
    private static final byte[] SAFETENSORS = file(".safetensors",
        path -> saveSafetensors(path, ARRAYS, Map.of("format", "mlx")));
    private static final byte[] NPY = file(".npy", path -> save(path, arange(6).reshape(2, 3)));
    private static final byte[] COLUMNS = file(".npy", path -> save(path, arange(12).reshape(2, 3, 2).T()));
    private static final byte[] NPZ = file(".npz", path -> savez(path, ARRAYS));
    private static final byte[] PACKED = file(".npz", path -> savezCompressed(path, ARRAYS));
    private static final byte[] INTERESTING = {0, 1, 2, 3, 8, 9, 0x7F, (byte) 0x80, (byte) 0xFF, '"', '{', '}', '[',
        ',', '-'};

    /// A change at `at` (a fraction of the file), taking `length` bytes.
    record Edit(int kind, double at, int length, byte value) {}

    @Provide Arbitrary<List<Edit>> edits() {
        var value = Arbitraries.oneOf(Arbitraries.bytes(), Arbitraries.of(Arrays.asList(boxed(INTERESTING))));
        return net.jqwik.api.Combinators.combine(Arbitraries.integers().between(0, 4), Arbitraries.doubles().between(0,
            1),
            Arbitraries.integers().between(1, 9), value).as(Edit::new).list().ofMinSize(1).ofMaxSize(4);
    }

    @Property(tries = 3000) void gguf(@ForAll("edits") List<Edit> edits) throws IOException {
        check(mutate(GGUF, edits), ".gguf");
    }

    @Property(tries = 3000) void safetensors(@ForAll("edits") List<Edit> edits) throws IOException {
        check(mutate(SAFETENSORS, edits), ".safetensors");
    }

    @Property(tries = 3000) void npy(@ForAll("edits") List<Edit> edits, @ForAll boolean columns) throws IOException {
        check(mutate(columns ? COLUMNS : NPY, edits), ".npy");
    }

    @Property(tries = 3000) void npz(@ForAll("edits") List<Edit> edits, @ForAll boolean packed) throws IOException {
        check(mutate(packed ? PACKED : NPZ, edits), ".npz");
    }

    private static void check(byte[] bytes, String ending) throws IOException {
        var path = FILES.computeIfAbsent(ending, MutationTest::temporary);
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            WholeFile.write(channel, ByteBuffer.wrap(bytes));
            channel.truncate(bytes.length);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long active = Pool.active();
        Pool.resetPeak();
        try {
            var loaded = Lazuli.load(path);
            loaded.metadata().values().forEach(Object::hashCode);
            loaded.arrays().values().forEach(Array::toByteArray);
        } catch (FormatException e) {
            assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 4 << 20, () -> allocated + " bytes allocated for " + bytes.length);
        long outside = Pool.peak() - active;
        assertTrue(outside < 2 << 20, () -> outside + " bytes allocated outside the heap for " + bytes.length);
    }

    private static Path temporary(String ending) {
        try {
            var path = Files.createTempFile("mutated", ending);
            path.toFile().deleteOnExit();
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] mutate(byte[] file, List<Edit> edits) {
        var bytes = file;
        for (var e : edits) {
            int at = (int) (e.at * bytes.length);
            int end = Math.min(at + e.length, bytes.length);
            bytes = switch (e.kind) {
                case 0 -> Arrays.copyOf(bytes, at);
                case 1 -> splice(bytes, at, new byte[0], end);
                case 2 -> splice(bytes, at, Arrays.copyOfRange(bytes, at, end), at);
                case 3 -> splice(bytes, at, filled(e.length, e.value), at);
                default -> splice(bytes, at, filled(end - at, e.value), end);
            };
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, byte[] middle, int from) {
        var result = Arrays.copyOf(bytes, at + middle.length + bytes.length - from);
        System.arraycopy(middle, 0, result, at, middle.length);
        System.arraycopy(bytes, from, result, at + middle.length, bytes.length - from);
        return result;
    }

    private static byte[] filled(int length, byte value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static Byte[] boxed(byte[] bytes) {
        var boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) boxed[i] = bytes[i];
        return boxed;
    }

    /// What a function writes.
    private static byte[] file(String ending, Consumer<Path> save) {
        try {
            var path = temporary(ending);
            save.accept(path);
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
