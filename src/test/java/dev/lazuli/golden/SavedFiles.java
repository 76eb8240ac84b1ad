package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.Loaded;
import dev.lazuli.Shared;
import dev.lazuli.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Files of MLX and NumPy hold what they should, and still do when they were written by us.
final class SavedFiles {
    private SavedFiles() {}

    static void check(Case given, Compare compare) throws IOException {
        var path = Shared.path("golden/" + given.args().get("file"));
        var loaded = load(path);
        same(given, compare, loaded);
        var folder = Files.createTempDirectory("lazuli");
        var copy = folder.resolve("copy." + given.args().get("format"));
        try {
            // Packed words have no type in GGUF: neither MLX nor we write them there.
            if (given.name().equals("gguf/quantized"))
                assertThrows(IllegalArgumentException.class, () -> save(copy, loaded));
            else {
                save(copy, loaded);
                same(given, compare, load(copy));
            }
        } finally {
            Files.deleteIfExists(copy);
            Files.delete(folder);
        }
    }

    private static void save(Path path, Loaded loaded) {
        var name = path.toString();
        if (name.endsWith("npy")) Lazuli.save(path, loaded.array());
        else if (name.endsWith("npz")) savezCompressed(path, loaded.arrays());
        else if (name.endsWith("safetensors")) {
            var metadata = new HashMap<String, String>();
            loaded.metadata().forEach((key, value) -> metadata.put(key, (String) value));
            saveSafetensors(path, loaded.arrays(), metadata);
        } else saveGguf(path, loaded.arrays(), loaded.metadata());
    }

    private static void same(Case given, Compare compare, Loaded loaded) {
        if (given.json().find("arrays") instanceof Json arrays) {
            assertEquals(arrays.object().keySet(), Map.copyOf(loaded.arrays()).keySet());
            arrays.object().forEach((name, key) -> compare.all(name, List.of(given.tensor((String) key)),
                List.of(loaded.arrays().get(name))));
        } else compare.all("array", given.arrays("outputs"), List.of(loaded.array()));
        if (!(given.json().find("metadata") instanceof Json metadata)) return;
        assertEquals(metadata.object().keySet(), Map.copyOf(loaded.metadata()).keySet());
        metadata.object().forEach((key, want) -> assertEquals(want, plain(loaded.metadata().get(key)), key));
    }

    private static Object plain(Object value) {
        return value instanceof Array x ? Map.of("dtype", x.dtype().toString(), "value", Facts.list(x)) : value;
    }
}
