package dev.lazuli.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Writes small GGUF files for tests. Values are what [Gguf] reads, except that the width of a number is its own type:
/// `Byte` to int8 … `Long` to int64, `Float`, `Double`; arrays take the type of their first element.
public final class GgufBytes {
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final int alignment;
    private final int version;
    private int values;
    private int tensors;

    public GgufBytes() { this(3, 32); }

    public GgufBytes(int version, int alignment) {
        this.version = version;
        this.alignment = alignment;
    }

    public GgufBytes put(String key, Object value) {
        string(head, key);
        int type = type(value);
        int32(head, type);
        write(value);
        values++;
        return this;
    }

    public GgufBytes putAll(Map<String, ?> all) {
        all.forEach(this::put);
        return this;
    }

    /// Adds a tensor; the lengths come in the file's order, the innermost first.
    public GgufBytes tensor(String name, int type, byte[] bytes, long... lengths) {
        while (data.size() % alignment != 0) data.write(0);
        tensor(name, type, data.size(), lengths);
        data.writeBytes(bytes);
        return this;
    }

    /// Adds only a tensor's entry, with any offset.
    public GgufBytes tensor(String name, int type, long offset, long... lengths) {
        string(infos, name);
        int32(infos, lengths.length);
        for (long n : lengths) int64(infos, n);
        int32(infos, type);
        int64(infos, offset);
        tensors++;
        return this;
    }

    public byte[] bytes() {
        var file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(UTF_8));
        int32(file, version);
        int64(file, tensors);
        int64(file, values);
        file.writeBytes(head.toByteArray());
        file.writeBytes(infos.toByteArray());
        while (file.size() % alignment != 0) file.write(0);
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    private static int type(Object value) {
        return switch (value) {
            case Byte b -> 1;
            case Short s -> 3;
            case Integer i -> 5;
            case Float f -> 6;
            case Boolean b -> 7;
            case String s -> 8;
            case List<?> l -> 9;
            case Long l -> 11;
            case Double d -> 12;
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }

    private void write(Object value) {
        switch (value) {
            case Byte b -> head.write(b);
            case Boolean b -> head.write(b ? 1 : 0);
            case Short s -> head.writeBytes(little(2).putShort(s).array());
            case Integer i -> int32(head, i);
            case Float f -> int32(head, Float.floatToRawIntBits(f));
            case Long l -> int64(head, l);
            case Double d -> int64(head, Double.doubleToRawLongBits(d));
            case String s -> string(head, s);
            case List<?> list -> {
                int32(head, list.isEmpty() ? 5 : type(list.get(0)));
                int64(head, list.size());
                list.forEach(this::write);
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    private static void string(ByteArrayOutputStream out, String s) {
        var bytes = s.getBytes(UTF_8);
        int64(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void int32(ByteArrayOutputStream out, int v) { out.writeBytes(little(4).putInt(v).array()); }

    private static void int64(ByteArrayOutputStream out, long v) { out.writeBytes(little(8).putLong(v).array()); }

    private static ByteBuffer little(int n) { return ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN); }
}
