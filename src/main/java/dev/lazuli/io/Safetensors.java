package dev.lazuli.io;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// The tensors of a safetensors checkpoint, in the order in which they lie in the file.
///
/// ```
/// var weights = Safetensors.read(Path.of("model.safetensors"));       // or model.safetensors.index.json
/// weights.tensor("model.norm.weight").data().asByteBuffer();
/// ```
/// The file is mapped, never copied: it must not be truncated while a tensor of it is in use.
///
/// @param tensors the tensors by name
/// @param metadata what the file says about itself
public record Safetensors(SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
    /// The reader of the format's own library refuses longer headers.
    static final long MAX_HEADER = 100_000_000;
    static final String METADATA = "__metadata__";

    public Safetensors {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /// Maps a file, or all files that an index (`*.index.json`) names.
    ///
    /// 8-bit float types, which no array has, read as `uint8`.
    ///
    /// @throws FormatException if it is not a well-formed checkpoint
    /// @throws java.io.UncheckedIOException if a file cannot be read
    public static Safetensors read(Path path) {
        return path.toString().endsWith(".json") ? readIndex(path) : readFile(path);
    }

    /// Writes a file that any safetensors reader reads; it appears under its name only when it is complete.
    ///
    /// Wide types go first, as the format's own library does it, so that every tensor is aligned. A file that is being
    /// replaced may be mapped: its arrays keep the old bytes.
    ///
    /// @throws IllegalArgumentException if a tensor's data is not as long as its shape says
    public static void write(Path path, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
        SafetensorsWriter.write(path, tensors, metadata);
    }

    /// The tensor of a name.
    ///
    /// @throws FormatException if there is none
    public Tensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null)
            throw new FormatException("safetensors: no tensor '" + name + "' among " + tensors.size());
        return tensor;
    }

    private static Safetensors readIndex(Path path) {
        var index = Json.read(path);
        var map = index.at("weight_map");
        var keysOf = new LinkedHashMap<String, List<String>>();
        for (var key : map.object().keySet()) {
            var file = map.at(key).string();
            // An index is not to reach outside its folder.
            if (file.isEmpty() || file.contains("/") || file.contains("\\") || file.equals(".."))
                map.at(key).fail("expected the name of a file in the same folder, got '" + file + "'");
            keysOf.computeIfAbsent(file, f -> new ArrayList<>()).add(key);
        }
        var tensors = new LinkedHashMap<String, Tensor>();
        var metadata = new LinkedHashMap<String, String>();
        keysOf.forEach((file, keys) -> {
            var shard = readFile(path.resolveSibling(file));
            for (var key : keys)
                if (!shard.tensors.containsKey(key))
                    throw new FormatException(path + ": weight_map says '" + key + "' is in " + file + ", it is not");
            var wanted = new HashSet<>(keys);
            shard.tensors.forEach((key, tensor) -> {
                if (wanted.contains(key)) tensors.put(key, tensor);
            });
            metadata.putAll(shard.metadata);
        });
        return new Safetensors(tensors, metadata);
    }

    private static Safetensors readFile(Path path) {
        if (Files.isDirectory(path))
            throw new FormatException(path + ": a folder; name the .safetensors or .index.json file in it");
        var file = Mapping.of(path);
        long size = file.byteSize();
        if (size < 8) throw new FormatException(path + ": " + size + " bytes, a safetensors file has at least 8");
        long length = file.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 0 || length > MAX_HEADER)
            throw new FormatException(path + ": header of " + Long.toUnsignedString(length)
                + " bytes, at most " + MAX_HEADER + " are allowed; is this a safetensors file?");
        if (length > size - 8)
            throw new FormatException(path + ": truncated in the header: " + length + " bytes expected, "
                + (size - 8) + " are there");
        var text = Mapping.text(path + ": header", file.asSlice(8, length).toArray(JAVA_BYTE));
        if (!text.startsWith("{")) throw new FormatException(path + ": header does not begin with '{'");
        return entries(path, Json.parse(path.toString(), text), file.asSlice(8 + length));
    }

    private record Entry(String name, Dtype dtype, Shape shape, long begin, long end) {}

    /// Checks that the tensors cover the data exactly, then slices it.
    private static Safetensors entries(Path path, Json header, MemorySegment data) {
        var metadata = new LinkedHashMap<String, String>();
        var entries = new ArrayList<Entry>();
        for (var name : header.object().keySet()) {
            if (!name.equals(METADATA)) {
                entries.add(entry(name, header.at(name)));
            } else if (header.find(name) instanceof Json given) {
                for (var key : given.object().keySet()) metadata.put(key, given.at(key).string());
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        var tensors = new LinkedHashMap<String, Tensor>();
        long at = 0;
        for (var e : entries) {
            if (e.begin != at)
                throw new FormatException(path + ": " + e.name + ": begins at " + e.begin
                    + ", but the one before ends at " + at + (e.begin < at ? ": they overlap" : ": there is a hole"));
            if (e.end > data.byteSize())
                throw new FormatException(path + ": truncated: " + e.name + " ends at " + e.end + ", the data at "
                    + data.byteSize());
            tensors.put(e.name, new Tensor(e.dtype, e.shape, data.asSlice(e.begin, e.end - e.begin)));
            at = e.end;
        }
        if (at != data.byteSize())
            throw new FormatException(path + ": tensors end at " + at + ", the data at " + data.byteSize());
        return new Safetensors(tensors, metadata);
    }

    private static Entry entry(String name, Json json) {
        var dtype = dtype(json.at("dtype"));
        var shape = shape(json.at("shape"));
        var offsets = json.at("data_offsets").items();
        if (offsets.size() != 2)
            json.at("data_offsets").fail("expected [begin, end], got " + offsets.size() + " numbers");
        long begin = offsets.get(0).integer();
        long end = offsets.get(1).integer();
        if (begin < 0 || end < begin) json.fail("data_offsets [" + begin + ", " + end + "] are out of order");
        if (shape.size() > Long.MAX_VALUE / dtype.bytes() || shape.size() * dtype.bytes() != end - begin)
            json.fail("a " + dtype + " of shape " + shape + " has " + shape.size() + " × " + dtype.bytes()
                + " bytes, data_offsets give " + (end - begin));
        return new Entry(name, dtype, shape, begin, end);
    }

    private static Shape shape(Json json) {
        var items = json.items();
        var dims = new int[items.size()];
        for (int i = 0; i < dims.length; i++) {
            long dim = items.get(i).integer();
            if (dim < 0 || dim > Integer.MAX_VALUE)
                items.get(i).fail("a length of " + dim + ", expected 0 to " + Integer.MAX_VALUE);
            dims[i] = (int) dim;
        }
        try {
            return Shape.of(dims);
        } catch (ArithmeticException e) {
            return json.fail("more than 2^59 elements");
        }
    }

    private static Dtype dtype(Json json) {
        return switch (json.string()) {
            case "F8_E4M3", "F8_E5M2", "F8_E8M0" -> Dtype.UINT8;
            case String name -> {
                for (var dtype : Dtype.values()) if (name(dtype).equals(name)) yield dtype;
                yield json.fail("unsupported dtype '" + name + "'");
            }
        };
    }

    /// The format's name of a type: `F32`, `BF16`, `U8`, `BOOL`, and MLX's `C64`.
    static String name(Dtype dtype) {
        return switch (dtype.kind()) {
            case BOOL -> "BOOL";
            case UNSIGNED -> "U" + 8 * dtype.bytes();
            case SIGNED -> "I" + 8 * dtype.bytes();
            case FLOAT -> dtype == Dtype.BFLOAT16 ? "BF16" : "F" + 8 * dtype.bytes();
            case COMPLEX -> "C64";
        };
    }
}
