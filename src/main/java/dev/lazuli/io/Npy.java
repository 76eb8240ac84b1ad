package dev.lazuli.io;

import dev.lazuli.memory.Pool;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// An array of NumPy's `.npy` format, versions 1 to 3.
///
/// MLX's `bfloat16`, which NumPy does not know, is `<V2`. The file is mapped, never copied, unless it is big-endian.
///
/// @param tensor the numbers; of a column-major array, its transpose
/// @param columnMajor whether the array is the tensor's transpose
public record Npy(Tensor tensor, boolean columnMajor) {
    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(ISO_8859_1);
    /// Longer ones describe what no array is.
    private static final int MAX_HEADER = 1 << 16;
    private static final int MAX_AXES = 64;
    // NumPy aligns the data to this, MLX not at all.
    private static final int ALIGNMENT = 64;
    private static final Pattern ENTRY = Pattern.compile("""
        \\s*(?:['"]descr['"]\\s*:\\s*['"](?<descr>[^'"]*)['"]\
        |['"]fortran_order['"]\\s*:\\s*(?<fortran>True|False)\
        |['"]shape['"]\\s*:\\s*\\((?<shape>[^()]*)\\))\\s*(?:,|(?=\\}))""");
    private static final Pattern DESCR = Pattern.compile("(?<order>[<>|=])(?<kind>[biufcV])(?<bytes>[1248])");

    /// Maps a file.
    ///
    /// @throws FormatException if it is not a well-formed file, or of a type that arrays do not have
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static Npy read(Path path) {
        var file = Mapping.of(path);
        var head = file.asSlice(0, Math.min(file.byteSize(), MAX_HEADER + 12)).toArray(JAVA_BYTE);
        try {
            var in = new ByteArrayInputStream(head);
            var header = Header.read(path.toString(), in);
            long start = head.length - in.available();
            if (header.bytes() > file.byteSize() - start)
                throw new FormatException(path + ": truncated: " + header + " has " + header.bytes() + " bytes, "
                    + (file.byteSize() - start) + " are there");
            return header.of(file.asSlice(start, header.bytes()));
        } catch (IOException e) {
            throw new AssertionError(e); // it is in memory
        }
    }

    /// Writes a file of version 1; it appears under its name only when it is complete.
    ///
    /// @throws IllegalArgumentException if the data is not as long as its shape says
    public static void write(Path path, Npy array) {
        var header = array.header();
        WholeFile.write(path, channel -> {
            WholeFile.write(channel, header);
            WholeFile.write(channel, array.tensor.data());
        });
    }

    /// What stands in front of the data.
    ByteBuffer header() {
        tensor.check("npy");
        if (tensor.shape().rank() > MAX_AXES)
            throw new IllegalArgumentException("npy: at most " + MAX_AXES + " axes are allowed, got "
                + tensor.shape().rank());
        int[] dims = columnMajor ? reversed(tensor.shape().dims()) : tensor.shape().dims();
        var shape = Arrays.stream(dims).mapToObj(String::valueOf).collect(Collectors.joining(", ", "(",
            dims.length == 1 ? ",)" : ")"));
        var text = "{'descr': '" + descr(tensor.dtype()) + "', 'fortran_order': " + (columnMajor ? "True" : "False")
            + ", 'shape': " + shape + ", }";
        int start = MAGIC.length + 4;
        int length = (start + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - start;
        return ByteBuffer.allocate(start + length).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC).put((byte) 1)
            .put((byte) 0).putShort((short) length)
            .put((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(ISO_8859_1)).flip();
    }

    private static int[] reversed(int[] dims) {
        return IntStream.range(0, dims.length).map(i -> dims[dims.length - 1 - i]).toArray();
    }

    private static String descr(Dtype dtype) {
        return (dtype.bytes() == 1 ? "|" : "<") + switch (dtype.kind()) {
            case BOOL -> 'b';
            case UNSIGNED -> 'u';
            case SIGNED -> 'i';
            case FLOAT -> dtype == Dtype.BFLOAT16 ? 'V' : 'f';
            case COMPLEX -> 'c';
        } + dtype.bytes();
    }

    /// What a file says about its data.
    ///
    /// @param shape of a column-major array, in reverse order
    record Header(String where, Dtype dtype, boolean swapped, boolean columnMajor, Shape shape) {

        /// Reads as far as the data.
        static Header read(String where, InputStream in) throws IOException {
            var magic = in.readNBytes(MAGIC.length + 2);
            if (magic.length < MAGIC.length + 2 || !Arrays.equals(magic, 0, MAGIC.length, MAGIC, 0, MAGIC.length))
                throw new FormatException(where + ": does not begin with \"\\x93NUMPY\"; is this a npy file?");
            int version = magic[MAGIC.length];
            if (version < 1 || version > 3)
                throw new FormatException(where + ": version " + version + ", expected 1 to 3");
            long length = 0;
            var digits = in.readNBytes(version == 1 ? 2 : 4);
            for (int i = digits.length - 1; i >= 0; i--) length = length << 8 | digits[i] & 0xFF;
            if (length > MAX_HEADER)
                throw new FormatException(where + ": header of " + length + " bytes, at most " + MAX_HEADER
                    + " are allowed");
            var text = in.readNBytes((int) length);
            if (text.length < length || digits.length < 2)
                throw new FormatException(where + ": truncated in the header: " + length + " bytes expected, "
                    + text.length + " are there");
            return parse(where, new String(text, version == 3 ? UTF_8 : ISO_8859_1));
        }

        private static Header parse(String where, String text) {
            String descr = null;
            String fortran = null;
            String shape = null;
            var entry = ENTRY.matcher(text);
            int at = text.startsWith("{") ? 1 : -1;
            for (; at > 0 && entry.region(at, text.length()).lookingAt(); at = entry.end()) {
                if (entry.group("descr") != null) descr = entry.group("descr");
                if (entry.group("fortran") != null) fortran = entry.group("fortran");
                if (entry.group("shape") != null) shape = entry.group("shape");
            }
            if (at < 0 || !text.substring(at).strip().equals("}") || descr == null || fortran == null || shape == null)
                throw new FormatException(where + ": expected {'descr': …, 'fortran_order': …, 'shape': …}, got '"
                    + text.strip().substring(0, Math.min(200, text.strip().length())) + "'");
            var type = DESCR.matcher(descr);
            var dtype = type.matches() ? dtype(type) : null;
            if (dtype == null) throw new FormatException(where + ": unsupported type '" + descr + "'");
            boolean columnMajor = fortran.equals("True");
            return new Header(where, dtype, type.group("order").equals(">") && dtype.bytes() > 1, columnMajor,
                shape(where, shape, columnMajor));
        }

        private static @Nullable Dtype dtype(Matcher type) {
            for (var dtype : Dtype.values())
                if (descr(dtype).substring(1).equals(type.group("kind") + type.group("bytes"))) return dtype;
            return null;
        }

        private static Shape shape(String where, String text, boolean columnMajor) {
            var lengths = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
            if (lengths.length > MAX_AXES || lengths.length == 0 && !text.isBlank())
                throw new FormatException(where + ": shape of " + lengths.length + " axes, at most " + MAX_AXES
                    + " are allowed");
            var dims = new int[lengths.length];
            for (int i = 0; i < dims.length; i++) {
                var digits = lengths[i].replaceFirst("L$", ""); // as Python 2 wrote them
                if (!digits.matches("[0-9]{1,18}") || Long.parseLong(digits) > Integer.MAX_VALUE)
                    throw new FormatException(where + ": shape (" + text + "): a length of '" + lengths[i]
                        + "', expected 0 to " + Integer.MAX_VALUE);
                dims[i] = Integer.parseInt(digits);
            }
            try {
                return Shape.of(columnMajor ? reversed(dims) : dims);
            } catch (ArithmeticException e) {
                throw new FormatException(where + ": shape (" + text + ") has too many elements", e);
            }
        }

        long bytes() { return Tensor.bytes(dtype, shape); }

        Npy of(MemorySegment data) {
            return new Npy(new Tensor(dtype, shape, swapped ? swap(data) : data), columnMajor);
        }

        // Complex numbers are pairs.
        private MemorySegment swap(MemorySegment from) {
            var to = Pool.keep(Pool.allocate("load", from.byteSize())).segment();
            switch (dtype.isComplex() ? 4 : dtype.bytes()) {
                case 2 -> copy(from, ValueLayout.JAVA_SHORT_UNALIGNED, to);
                case 4 -> copy(from, ValueLayout.JAVA_INT_UNALIGNED, to);
                default -> copy(from, ValueLayout.JAVA_LONG_UNALIGNED, to);
            }
            return to;
        }

        private static void copy(MemorySegment from, ValueLayout type, MemorySegment to) {
            MemorySegment.copy(from, type.withOrder(ByteOrder.BIG_ENDIAN), 0, to,
                type.withOrder(ByteOrder.LITTLE_ENDIAN), 0, from.byteSize() / type.byteSize());
        }

        @Override public String toString() { return "a " + dtype + " of shape " + shape; }
    }
}
