package dev.lazuli;

import dev.lazuli.io.FormatException;
import java.util.SequencedMap;

/// What a file holds.
///
/// @param arrays the arrays by name, in the file's order; the one of a `.npy` file is called ""
/// @param metadata what a safetensors or GGUF file says about itself: strings, and in GGUF also lists of strings,
///     and numbers as arrays without or with one axis
public record Loaded(SequencedMap<String, Array> arrays, SequencedMap<String, Object> metadata) {
    /// The array of a file that holds one.
    ///
    /// ```
    /// save(Path.of("x.npy"), array(1, 2, 3));
    /// load(Path.of("x.npy")).array()    // array([1, 2, 3], dtype=int32)
    /// ```
    ///
    /// @throws FormatException if there are more or fewer
    public Array array() {
        if (arrays.size() == 1) return arrays.firstEntry().getValue();
        throw new FormatException("load: expected one array, there are " + arrays.size());
    }
}
