package dev.lazuli.io;

import dev.lazuli.type.Shape;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.RandomAccess;
import java.util.SequencedMap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

/// Walks a GGUF file once from its start. Nothing is allocated for a count before the bytes it stands for are there.
final class GgufReader {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private static final int MAGIC = 0x46554747; // "GGUF"
    // ggml knows four axes, and nobody nests arrays deeper than once.
    static final int MAX_AXES = 4;
    private static final int MAX_NESTING = 8;

    private record Info(String name, GgufType type, Shape shape, long offset, long bytes) {}

    private final String name;
    private final MemorySegment file;
    private final SequencedMap<String, Tensor> numbers = new LinkedHashMap<>();
    private long at;

    GgufReader(String name, MemorySegment file) {
        this.name = name;
        this.file = file;
    }

    Gguf read() {
        int magic = int32("magic");
        if (magic != MAGIC) throw fail("begins with 0x%08x, expected \"GGUF\"; is this a GGUF file?", magic);
        int version = int32("version");
        if (version == 0x02000000 || version == 0x03000000) throw fail("big-endian, only little-endian files are read");
        if (version != 2 && version != 3) throw fail("version %d, expected 2 or 3", version);
        // The shortest tensor: an empty name, no axes, type and offset. The shortest value: an empty key, type, a byte.
        long tensorCount = count("tensor count", 8 + 4 + 4 + 8);
        long valueCount = count("metadata count", 8 + 4 + 1);

        var metadata = new LinkedHashMap<String, Object>();
        for (long i = 0; i < valueCount; i++) {
            var key = string("metadata key " + i);
            if (metadata.put(key, value(key, kind(key), 0)) != null) throw fail("metadata key '%s' twice", key);
        }
        var infos = new ArrayList<Info>();
        for (long i = 0; i < tensorCount; i++) infos.add(info(i));
        return new Gguf(name, version, Collections.unmodifiableSequencedMap(metadata),
            Collections.unmodifiableSequencedMap(numbers), tensors(infos, alignment(metadata)));
    }

    private long alignment(SequencedMap<String, Object> metadata) {
        return switch (metadata.getOrDefault("general.alignment", 32L)) {
            case Long n when n > 0 && n <= 1 << 30 && Long.bitCount(n) == 1 -> n;
            case Object other -> throw fail("general.alignment is %s, expected a power of two", other);
        };
    }

    private SequencedMap<String, Gguf.Tensor> tensors(List<Info> infos, long alignment) {
        long start = at + alignment - 1 & -alignment;
        long size = Math.max(0, file.byteSize() - start);
        infos.sort(Comparator.comparingLong(Info::offset).thenComparingLong(Info::bytes));
        var tensors = new LinkedHashMap<String, Gguf.Tensor>();
        long end = 0;
        for (var info : infos) {
            if (info.offset < 0 || info.offset % alignment != 0)
                throw fail("%s: offset %s, expected a multiple of %d", info.name, Long.toUnsignedString(info.offset),
                    alignment);
            if (info.offset > size || info.bytes > size - info.offset)
                throw fail("%s: %d bytes at offset %d, but the data has %d: truncated?", info.name, info.bytes,
                    info.offset, size);
            if (info.offset < end) throw fail("%s: overlaps the tensor before it", info.name);
            end = info.offset + info.bytes;
            var data = info.bytes == 0 ? MemorySegment.NULL : file.asSlice(start + info.offset, info.bytes);
            if (tensors.put(info.name, new Gguf.Tensor(info.type, info.shape, data)) != null)
                throw fail("tensor '%s' twice", info.name);
        }
        return Collections.unmodifiableSequencedMap(tensors);
    }

    private Info info(long index) {
        var tensor = string("name of tensor " + index);
        int axes = int32(tensor);
        if (axes < 0 || axes > MAX_AXES)
            throw fail("%s: %s axes, at most %d are allowed", tensor, Integer.toUnsignedString(axes), MAX_AXES);
        var dims = new int[axes];
        for (int i = axes - 1; i >= 0; i--) {
            long dim = int64(tensor);
            if (dim < 0 || dim > Integer.MAX_VALUE)
                throw fail("%s: an axis of length %s", tensor, Long.toUnsignedString(dim));
            dims[i] = (int) dim;
        }
        int id = int32(tensor);
        var type = GgufType.of(id);
        if (type == null) throw fail("%s: unknown tensor type %s", tensor, Integer.toUnsignedString(id));
        int row = axes == 0 ? 1 : dims[axes - 1];
        if (row % type.blockSize() != 0)
            throw fail("%s: rows of %d elements, %s stores blocks of %d", tensor, row, type, type.blockSize());
        try {
            var shape = Shape.of(dims);
            long bytes = Math.multiplyExact(shape.size() / type.blockSize(), type.blockBytes());
            return new Info(tensor, type, shape, int64(tensor), bytes);
        } catch (ArithmeticException e) {
            throw fail("%s: lengths %s multiply to more than 2^59", tensor, Arrays.toString(dims));
        }
    }

    private GgufKind kind(String key) {
        int id = int32(key);
        if (id < 0 || id >= GgufKind.values().length)
            throw fail("%s: unknown value type %s", key, Integer.toUnsignedString(id));
        return GgufKind.values()[id];
    }

    private Object value(String key, GgufKind kind, int nesting) {
        return switch (kind) {
            case STRING -> string(key);
            case ARRAY -> array(key, nesting + 1);
            default -> {
                long from = take(kind.bytes, key);
                numbers.put(key, new Tensor(kind.dtype, Shape.SCALAR, file.asSlice(from, kind.bytes)));
                yield kind.read(file, from);
            }
        };
    }

    private List<Object> array(String key, int nesting) {
        if (nesting > MAX_NESTING) throw fail("%s: arrays nested more than %d deep", key, MAX_NESTING);
        var kind = kind(key);
        // A string and an array have at least their lengths.
        long count = count(key, kind.bytes > 0 ? kind.bytes : 8);
        if (count > Integer.MAX_VALUE) throw fail("%s: an array of %d", key, count);
        if (kind.bytes > 0) {
            var data = file.asSlice(take(count * kind.bytes, key), count * kind.bytes);
            if (nesting == 1) numbers.put(key, new Tensor(kind.dtype, Shape.of((int) count), data));
            return numbers(data, kind);
        }
        var list = new ArrayList<>();
        for (long i = 0; i < count; i++) list.add(value(key, kind, nesting));
        return Collections.unmodifiableList(list);
    }

    /// Numbers stay in the file; each is read when asked for.
    private static List<Object> numbers(MemorySegment data, GgufKind kind) {
        final class Numbers extends AbstractList<Object> implements RandomAccess {
            @Override public Object get(int i) { return kind.read(data, (long) i * kind.bytes); }

            @Override public int size() { return (int) (data.byteSize() / kind.bytes); }
        }
        return new Numbers();
    }

    private String string(String what) {
        long length = int64(what);
        if (length < 0 || length > file.byteSize() - at)
            throw fail("%s: a string of %s bytes at %d, the file has %d", what, Long.toUnsignedString(length), at,
                file.byteSize());
        long from = take(length, what);
        return Mapping.text(name + ": " + what, file.asSlice(from, length).toArray(JAVA_BYTE));
    }

    /// A count of things of which each takes at least `bytes` more bytes of the file.
    private long count(String what, int bytes) {
        long count = int64(what);
        long room = (file.byteSize() - at) / bytes;
        if (count < 0 || count > room)
            throw fail("%s: %s, but there is room for %d at most", what, Long.toUnsignedString(count), room);
        return count;
    }

    private int int32(String what) { return file.get(INT, take(4, what)); }

    private long int64(String what) { return file.get(LONG, take(8, what)); }

    private long take(long bytes, String what) {
        long from = at;
        if (bytes > file.byteSize() - from)
            throw fail("truncated at byte %d, in %s: %d more expected, %d are there", from, what, bytes,
                file.byteSize() - from);
        at += bytes;
        return from;
    }

    private FormatException fail(String format, Object... args) {
        return new FormatException(name + ": " + format.formatted(args));
    }
}
