package dev.lazuli;

import dev.lazuli.io.Gguf;
import dev.lazuli.io.GgufType;
import dev.lazuli.io.Npy;
import dev.lazuli.io.Npz;
import dev.lazuli.io.Safetensors;
import dev.lazuli.io.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// Files out of arrays.
final class Saving {
    private Saving() {}

    static void npy(Path path, Array x) { Npy.write(named(path, ".npy"), npy(x)); }

    static void npz(Path path, boolean compressed, Object... trees) {
        var arrays = new LinkedHashMap<String, Array>();
        int plain = 0;
        for (var tree : trees) {
            var part = tree instanceof Array x ? Map.of("arr_" + plain++, x) : Tree.flatten(tree);
            part.forEach((name, x) -> {
                if (arrays.putIfAbsent(name, x) != null)
                    throw new IllegalArgumentException("savez: two arrays are named '" + name + "'");
            });
        }
        Npz.write(named(path, ".npz"), each(arrays, Saving::npy), compressed);
    }

    static void safetensors(Path path, Object tree, Map<String, String> metadata) {
        Safetensors.write(path, each(Tree.flatten(tree), Saving::tensor), metadata);
    }

    static void gguf(Path path, Object tree, Map<String, ?> metadata) {
        var tensors = new LinkedHashMap<String, Gguf.Tensor>();
        Tree.flatten(tree).forEach((name, x) -> {
            var type = GgufType.of(x.dtype());
            if (type == null)
                throw new IllegalArgumentException("saveGguf: " + name + ": GGUF has no tensors of " + x.dtype());
            tensors.put(name, new Gguf.Tensor(type, x.shape(), tensor(x).data()));
        });
        var values = new LinkedHashMap<String, Object>();
        metadata.forEach((key, value) -> values.put(key, value instanceof Array x ? tensor(x) : value));
        Gguf.write(named(path, ".gguf"), tensors, values);
    }

    // As MLX, a name gets the ending by which load knows the format.
    static Path named(Path path, String ending) {
        return path.toString().endsWith(ending) ? path : path.resolveSibling(path.getFileName() + ending);
    }

    private static <T> SequencedMap<String, T> each(SequencedMap<String, Array> from, Function<Array, T> f) {
        var to = new LinkedHashMap<String, T>();
        from.forEach((name, x) -> to.put(name, f.apply(x)));
        return to;
    }

    private static Tensor tensor(Array x) {
        var whole = x.ready().layout().isContiguous() ? x : Lazuli.contiguous(x);
        return new Tensor(x.dtype(), x.shape(), whole.memorySegment());
    }

    // What lies column-major is written so, as MLX does it, and not copied.
    private static Npy npy(Array x) {
        var layout = x.ready().layout();
        if (layout.isContiguous()) return new Npy(tensor(x), false);
        var transposed = x.T();
        return transposed.ready().layout().isContiguous() ? new Npy(tensor(transposed), true)
            : new Npy(tensor(x), false);
    }
}
