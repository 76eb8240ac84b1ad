package dev.lazuli.io;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Writes GGUF, version 3: everything is checked first.
final class GgufWriter {
    private static final int VERSION = 3;
    private static final String ALIGNMENT = "general.alignment";

    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final long alignment;

    private GgufWriter(@Nullable Object alignment) {
        this.alignment = alignment == null ? 32 : alignment instanceof Tensor t && t.shape().rank() == 0
            && GgufKind.of(t.dtype()) == GgufKind.UINT32 ? (long) GgufKind.UINT32.read(t.data(), 0) : 0;
        if (Long.bitCount(this.alignment) != 1)
            throw new IllegalArgumentException("gguf: " + ALIGNMENT + " must be a power of two as uint32");
    }

    static void write(Path path, SequencedMap<String, Gguf.Tensor> tensors, Map<String, ?> metadata) {
        var file = new GgufWriter(metadata.get(ALIGNMENT));
        file.header.writeBytes("GGUF".getBytes(UTF_8));
        file.int32(VERSION);
        file.int64(tensors.size());
        file.int64(metadata.size());
        metadata.forEach(file::value);
        long at = 0;
        for (var entry : tensors.entrySet()) at = file.info(entry.getKey(), entry.getValue(), at);
        WholeFile.write(path, channel -> {
            WholeFile.write(channel, ByteBuffer.wrap(file.header.toByteArray()));
            for (var tensor : tensors.values()) {
                WholeFile.write(channel, ByteBuffer.allocate((int) file.gap(channel.position())));
                WholeFile.write(channel, tensor.data());
            }
            // A reader asks for the start of the data even when there is none.
            if (tensors.isEmpty()) WholeFile.write(channel, ByteBuffer.allocate((int) file.gap(channel.position())));
        });
    }

    private long gap(long at) { return -at & alignment - 1; }

    private long info(String name, Gguf.Tensor tensor, long at) {
        var shape = tensor.shape();
        if (shape.rank() > GgufReader.MAX_AXES)
            throw new IllegalArgumentException("gguf: " + name + ": " + shape + " has more than "
                + GgufReader.MAX_AXES + " axes");
        var type = tensor.type();
        long blocks = shape.size() / type.blockSize();
        if ((shape.rank() == 0 ? 1 : shape.dim(-1)) % type.blockSize() != 0
            || tensor.data().byteSize() != blocks * type.blockBytes())
            throw new IllegalArgumentException("gguf: " + name + ": " + type + " of shape " + shape + " has "
                + blocks + " blocks of " + type.blockBytes() + " bytes, got " + tensor.data().byteSize());
        string(name);
        int32(shape.rank());
        for (int axis = shape.rank() - 1; axis >= 0; axis--) int64(shape.dim(axis));
        int32(type.id());
        int64(at + gap(at));
        return at + gap(at) + tensor.data().byteSize();
    }

    private void value(String key, Object value) {
        string(key);
        switch (value) {
            case String text -> {
                int32(GgufKind.STRING.ordinal());
                string(text);
            }
            case List<?> list -> {
                int32(GgufKind.ARRAY.ordinal());
                int32(GgufKind.STRING.ordinal());
                int64(list.size());
                for (var text : list) string(text instanceof String s ? s : unsupported(key, text));
            }
            case Tensor numbers -> {
                numbers.check("gguf: " + key);
                var kind = GgufKind.of(numbers.dtype());
                if (kind == null || numbers.shape().rank() > 1) unsupported(key, numbers);
                if (numbers.shape().rank() == 1) int32(GgufKind.ARRAY.ordinal());
                int32(kind.ordinal());
                if (numbers.shape().rank() == 1) int64(numbers.shape().size());
                header.writeBytes(numbers.data().toArray(JAVA_BYTE));
            }
            default -> unsupported(key, value);
        }
    }

    private static String unsupported(String key, Object value) {
        throw new IllegalArgumentException("gguf: metadata " + key + ": expected a string, a list of strings, or "
            + "numbers of one axis at most and no half type, got " + (value instanceof Tensor t
            ? t.dtype() + " of shape " + t.shape() : value.getClass().getSimpleName()));
    }

    private void string(String text) {
        var bytes = text.getBytes(UTF_8);
        int64(bytes.length);
        header.writeBytes(bytes);
    }

    private void int32(int value) { header.writeBytes(little(4).putInt(value).array()); }

    private void int64(long value) { header.writeBytes(little(8).putLong(value).array()); }

    private static ByteBuffer little(int bytes) { return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN); }
}
