package dev.lazuli.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Writes safetensors: everything is checked first.
final class SafetensorsWriter {
    private SafetensorsWriter() {}

    static void write(Path path, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
        var names = new ArrayList<>(tensors.keySet());
        names.sort(Comparator.comparingInt((String name) -> -tensors.get(name).dtype().bytes()));
        var header = header(names, tensors, metadata);
        WholeFile.write(path, channel -> {
            WholeFile.write(channel, header);
            for (var name : names) WholeFile.write(channel, tensors.get(name).data());
        });
    }

    private static ByteBuffer header(List<String> names, Map<String, Tensor> tensors, Map<String, String> metadata) {
        var header = new LinkedHashMap<String, Object>();
        if (!metadata.isEmpty()) header.put(Safetensors.METADATA, metadata);
        long at = 0;
        for (var name : names) {
            var tensor = tensors.get(name);
            if (name.equals(Safetensors.METADATA))
                throw new IllegalArgumentException("safetensors: no tensor can be named " + name);
            tensor.check("safetensors: " + name);
            long size = tensor.data().byteSize();
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
}
