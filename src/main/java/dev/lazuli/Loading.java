package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static dev.lazuli.Lazuli.concatenate;

import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.Npy;
import dev.lazuli.io.Npz;
import dev.lazuli.io.Safetensors;
import dev.lazuli.io.Tensor;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// Arrays out of files.
final class Loading {
    private Loading() {}

    static Loaded load(Path path) {
        var name = path.toString();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "npy" -> loaded(new LinkedHashMap<>(Map.of("", of(Npy.read(path)))), Map.of());
            case "npz" -> loaded(each(Npz.read(path), Loading::of), Map.of());
            case "safetensors", "json" -> {
                var file = Safetensors.read(path);
                yield loaded(each(file.tensors(), Loading::of), file.metadata());
            }
            case "gguf" -> gguf(Gguf.read(path));
            default -> throw new IllegalArgumentException("load: " + path
                + ": expected a name that ends in .npy, .npz, .safetensors, .index.json or .gguf");
        };
    }

    private static Loaded loaded(SequencedMap<String, Array> arrays, Map<String, ?> metadata) {
        return new Loaded(Collections.unmodifiableSequencedMap(arrays),
            Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata)));
    }

    private static <T> SequencedMap<String, Array> each(SequencedMap<String, T> from, Function<T, Array> f) {
        var arrays = new LinkedHashMap<String, Array>();
        from.forEach((name, x) -> arrays.put(name, f.apply(x)));
        return arrays;
    }

    private static Array of(Tensor tensor) { return array(tensor.data(), tensor.dtype(), tensor.shape().dims()); }

    private static Array of(Npy npy) { return npy.columnMajor() ? of(npy.tensor()).T() : of(npy.tensor()); }

    // ---- GGUF --------------------------------------------------------------------------------------------------

    private static Loaded gguf(Gguf file) {
        var arrays = new LinkedHashMap<String, Array>();
        file.tensors().forEach((name, tensor) -> {
            var dtype = tensor.type().dtype();
            var format = tensor.type().format();
            if (dtype != null) arrays.put(name, of(new Tensor(dtype, tensor.shape(), tensor.data())));
            else if (format == null)
                throw new FormatException(file.name() + ": " + name + ": blocks of type " + tensor.type()
                    + " are not supported");
            else switch (format) {
                case Q4_0, Q4_1, Q8_0 -> pack(name, blocks(tensor, format), format, arrays);
                default -> arrays.put(name, Lazuli.decode(rows(tensor, format), format).to(Dtype.FLOAT16));
            }
        });
        var metadata = new LinkedHashMap<>(file.metadata());
        file.numbers().forEach((key, numbers) -> metadata.put(key, of(numbers)));
        return loaded(arrays, metadata);
    }

    private static Array rows(Gguf.Tensor tensor, BlockFormat format) {
        int blocks = tensor.shape().dim(-1) / format.elements();
        return array(tensor.data(), Dtype.UINT8, tensor.shape().with(-1, blocks * format.bytes()).dims());
    }

    /// (…, blocks of a row, bytes of a block).
    private static Array blocks(Gguf.Tensor tensor, BlockFormat format) {
        var rows = rows(tensor, format);
        return Lazuli.unflatten(rows, -1, rows.dim(-1) / format.bytes(), format.bytes());
    }

    /// As MLX packs them: words of `uint32`, with scales and biases in `float16` for each block of 32.
    private static void pack(String name, Array blocks, BlockFormat format, SequencedMap<String, Array> to) {
        var scales = part(blocks, 0, 2).view(Dtype.FLOAT16);
        int head = format == BlockFormat.Q4_1 ? 4 : 2;
        var codes = part(blocks, head, blocks.dim(-1));
        var biases = switch (format) {
            case Q4_1 -> part(blocks, 2, 4).view(Dtype.FLOAT16);
            case Q4_0 -> scales.mul(-8);
            default -> scales.mul(-128);
        };
        var bytes = format == BlockFormat.Q8_0 ? codes.xor(Lazuli.scalar(128, Dtype.UINT8)) : nibbles(codes);
        var words = bytes.view(Dtype.UINT32);
        var prefix = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
        put(name, Lazuli.flatten(words, -2, -1), to);
        put(prefix + ".scales", Lazuli.squeeze(scales, -1), to);
        put(prefix + ".biases", Lazuli.squeeze(biases, -1), to);
    }

    // A block has elements 0 to 15 in the lower halves of its bytes and 16 to 31 in the upper; MLX has neighbours.
    private static Array nibbles(Array codes) {
        var inOrder = concatenate(List.of(codes.and(Lazuli.scalar(15, Dtype.UINT8)), codes.shiftRight(4)), -1);
        var pairs = Lazuli.unflatten(inOrder, -1, 16, 2);
        return pairs.get(Index.ellipsis(), Index.at(0)).or(pairs.get(Index.ellipsis(), Index.at(1)).shiftLeft(4));
    }

    private static Array part(Array blocks, int from, int to) {
        return blocks.get(Index.ellipsis(), Index.range(from, to));
    }

    private static void put(String name, Array x, SequencedMap<String, Array> to) {
        if (to.putIfAbsent(name, x) != null) throw new FormatException("gguf: '" + name + "' twice");
    }
}
