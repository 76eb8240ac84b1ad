package dev.lazuli.io;

import dev.lazuli.type.Shape;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A GGUF file of version 2 or 3: what it says about a model, and the model's tensors, in the file's order.
///
/// ```
/// var file = Gguf.read(Path.of("model.gguf"));
/// int layers = file.integer("llama.block_count");
/// var norm = file.tensor("output_norm.weight");
/// ```
/// Metadata values are `Long` (`BigInteger` above 2^63), `Float`, `Double`, `Boolean`, `String` or an unmodifiable
/// `List` of one of these or of lists. The file is mapped, never copied: it must not be truncated while in use.
///
/// @param name what error messages call the file
/// @param version 2 or 3
/// @param metadata the values by key, in the file's order
/// @param numbers those of the values that are numbers, booleans or arrays of them, once more, in the file's types
/// @param tensors the tensors by name, in the file's order
public record Gguf(String name, int version, SequencedMap<String, Object> metadata,
                   SequencedMap<String, dev.lazuli.io.Tensor> numbers, SequencedMap<String, Tensor> tensors) {

    /// A tensor as stored.
    ///
    /// @param type how its elements are stored
    /// @param shape in row-major order, so the other way round than the file has it
    /// @param data its bytes in the mapped file
    public record Tensor(GgufType type, Shape shape, MemorySegment data) {}

    /// Maps a file.
    ///
    /// @throws FormatException if it is not a well-formed little-endian GGUF file of version 2 or 3
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static Gguf read(Path path) { return new GgufReader(path.toString(), Mapping.of(path)).read(); }

    /// Writes a file of version 3, in the maps' order; it appears under its name only when it is complete.
    ///
    /// @param metadata strings, lists of strings, and numbers as tensors without or with one axis
    /// @throws IllegalArgumentException if a tensor has more than four axes or its data another length than its shape
    ///     says, or if a value is something else
    public static void write(Path path, SequencedMap<String, Tensor> tensors, Map<String, ?> metadata) {
        GgufWriter.write(path, tensors, metadata);
    }

    /// The tensor of a name.
    ///
    /// @throws FormatException if there is none
    public Tensor tensor(String tensor) {
        var found = tensors.get(tensor);
        if (found == null) throw new FormatException(name + ": no tensor '" + tensor + "' among " + tensors.size());
        return found;
    }

    /// Whether there is a metadata value under the key.
    public boolean has(String key) { return metadata.containsKey(key); }

    /// The string under a key.
    ///
    /// @throws FormatException if the key is missing or the value something else; so do all the following
    public String string(String key) { return as(String.class, key, "a string"); }

    /// The integer under a key; booleans are none.
    public int integer(String key) {
        long value = as(Long.class, key, "an integer");
        if (value != (int) value) throw new FormatException(name + ": " + key + ": " + value + " exceeds 32 bits");
        return (int) value;
    }

    /// The number under a key, integer or not.
    public double number(String key) { return as(Number.class, key, "a number").doubleValue(); }

    /// The boolean under a key.
    public boolean bool(String key) { return as(Boolean.class, key, "a boolean"); }

    /// The array of strings under a key.
    public List<String> strings(String key) { return listOf(String.class, key, "an array of strings"); }

    /// The array of integers under a key.
    public int[] integers(String key) {
        return listOf(Long.class, key, "an array of integers").stream().mapToInt(Long::intValue).toArray();
    }

    /// The array of numbers under a key, integers or not.
    public float[] numbers(String key) {
        var list = listOf(Number.class, key, "an array of numbers");
        var numbers = new float[list.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = list.get(i).floatValue();
        return numbers;
    }

    /// The string under a key, or another if the key is missing.
    public String string(String key, String otherwise) { return has(key) ? string(key) : otherwise; }

    /// The integer under a key, or another if the key is missing.
    public int integer(String key, int otherwise) { return has(key) ? integer(key) : otherwise; }

    /// The number under a key, or another if the key is missing.
    public double number(String key, double otherwise) { return has(key) ? number(key) : otherwise; }

    /// The boolean under a key, or another if the key is missing.
    public boolean bool(String key, boolean otherwise) { return has(key) ? bool(key) : otherwise; }

    @SuppressWarnings("unchecked")
    private <T> List<T> listOf(Class<T> type, String key, String expected) {
        var list = as(List.class, key, expected);
        // One look is enough: a file's array has one type.
        if (!list.isEmpty() && !type.isInstance(list.get(0)))
            throw new FormatException(name + ": " + key + ": expected " + expected + ", got one of "
                + list.get(0).getClass().getSimpleName());
        return (List<T>) list;
    }

    private <T> T as(Class<T> type, String key, String expected) {
        var value = metadata.get(key);
        if (value == null) throw new FormatException(name + ": no metadata key '" + key + "'");
        if (!type.isInstance(value))
            throw new FormatException(name + ": " + key + ": expected " + expected + ", got "
                + (value instanceof List<?> list ? "an array of " + list.size() : value));
        return type.cast(value);
    }
}
