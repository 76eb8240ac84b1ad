package dev.lazuli.io;

import dev.lazuli.io.Safetensors.Tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ThreadLocalRandom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

/// Writes safetensors: everything is checked, then a temporary file is filled, then it gets its name.
final class SafetensorsWriter {
    // A buffer view of a segment is limited to 2 GiB.
    private static final long CHUNK = 1L << 30;

    private SafetensorsWriter() {}

    static void write(Path path, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
        var names = new ArrayList<>(tensors.keySet());
        names.sort(Comparator.comparingInt((String name) -> -tensors.get(name).dtype().bytes()));
        var header = header(names, tensors, metadata);
        var parent = path.toAbsolutePath().getParent();
        var temporary = parent.resolve(path.getFileName() + "."
            + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            try (var channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
                writeFully(channel, header);
                for (var name : names) {
                    var data = tensors.get(name).data();
                    for (long at = 0; at < data.byteSize(); at += CHUNK)
                        writeFully(channel, data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer());
                }
                channel.force(true);
            }
            move(temporary, path);
        } catch (IOException e) {
            throw Mapping.failed(path, e);
        } finally {
            delete(temporary);
        }
    }

    private static ByteBuffer header(List<String> names, Map<String, Tensor> tensors, Map<String, String> metadata) {
        var header = new LinkedHashMap<String, Object>();
        if (!metadata.isEmpty()) header.put(Safetensors.METADATA, metadata);
        long at = 0;
        for (var name : names) {
            var tensor = tensors.get(name);
            long size = tensor.shape().size() * tensor.dtype().bytes();
            if (name.equals(Safetensors.METADATA))
                throw new IllegalArgumentException("safetensors: no tensor can be named " + name);
            if (tensor.data().byteSize() != size)
                throw new IllegalArgumentException("safetensors: " + name + ": a " + tensor.dtype() + " of shape "
                    + tensor.shape() + " has " + size + " bytes, got " + tensor.data().byteSize());
            var entry = new LinkedHashMap<String, Object>();
            entry.put("dtype", Safetensors.name(tensor.dtype()));
            entry.put("shape", Arrays.stream(tensor.shape().dims()).boxed().toList());
            entry.put("data_offsets", List.of(at, at + size));
            header.put(name, entry);
            at += size;
        }
        var text = Json.write(header).getBytes(UTF_8);
        // Spaces up to a multiple of 8, so that the data is aligned.
        int length = text.length + 7 & ~7;
        if (length > Safetensors.MAX_HEADER)
            throw new IllegalArgumentException("safetensors: header of " + length + " bytes, at most "
                + Safetensors.MAX_HEADER + " are allowed");
        var bytes = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
        while (bytes.hasRemaining()) bytes.put((byte) ' ');
        return bytes.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, REPLACE_EXISTING);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that left it behind is already on its way.
        }
    }
}
