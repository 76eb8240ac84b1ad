package dev.lazuli.io;

import dev.lazuli.memory.Pool;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/// Several arrays of NumPy's `.npz` format: a zip archive of `.npy` files.
public final class Npz {
    private static final String SUFFIX = ".npy";
    /// The most bytes that deflate makes of one.
    private static final long EXPANSION = 1032;
    private static final int CHUNK = 1 << 16;
    // As MLX and NumPy have it: what is written does not depend on the clock.
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /// Reads the arrays by their names without `.npy`, in the archive's order, compressed or not.
    ///
    /// @throws FormatException if it is not a zip archive of well-formed npy files
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static SequencedMap<String, Npy> read(Path path) {
        var arrays = new LinkedHashMap<String, Npy>();
        try (var zip = new ZipFile(path.toFile())) {
            long size = Files.size(path);
            for (var entry : Collections.list(zip.entries())) {
                var name = entry.getName();
                if (!name.endsWith(SUFFIX)) throw new FormatException(path + ": '" + name + "' is not a .npy file");
                var array = read(path + ": " + name, zip, entry, Math.min(size, entry.getCompressedSize()));
                if (arrays.put(name.substring(0, name.length() - SUFFIX.length()), array) != null)
                    throw new FormatException(path + ": '" + name + "' twice");
            }
        } catch (ZipException | EOFException e) {
            throw new FormatException(path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw Mapping.failed(path, e);
        }
        return Collections.unmodifiableSequencedMap(arrays);
    }

    private static Npy read(String where, ZipFile zip, ZipEntry entry, long stored) throws IOException {
        var sum = new CRC32();
        try (var in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
            var header = Npy.Header.read(where, in);
            boolean packed = entry.getMethod() == ZipEntry.DEFLATED;
            if (header.bytes() > (packed ? stored * EXPANSION : stored))
                throw new FormatException(where + ": truncated: " + header + " has " + header.bytes()
                    + " bytes, the archive " + stored + (packed ? " compressed ones" : ""));
            var data = Pool.keep(Pool.allocate("load", header.bytes())).segment();
            fill(where, in, data);
            in.transferTo(OutputStream.nullOutputStream());
            if (sum.getValue() != entry.getCrc())
                throw new FormatException(where + ": damaged: its checksum is " + Long.toHexString(sum.getValue())
                    + ", the archive says " + Long.toHexString(entry.getCrc()));
            return header.of(data);
        }
    }

    private static void fill(String where, InputStream in, MemorySegment data) throws IOException {
        var chunk = new byte[(int) Math.min(CHUNK, data.byteSize())];
        for (long at = 0; at < data.byteSize(); ) {
            int n = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, data.byteSize() - at));
            if (n == 0)
                throw new FormatException(where + ": truncated: " + data.byteSize() + " bytes of data expected, " + at
                    + " are there");
            MemorySegment.copy(chunk, 0, data, JAVA_BYTE, at, n);
            at += n;
        }
    }

    /// Writes an archive, compressed or not; it appears under its name only when it is complete.
    public static void write(Path path, SequencedMap<String, Npy> arrays, boolean compressed) {
        WholeFile.write(path, channel -> {
            // Closing the archive would close the channel too early for the file to be forced to the disk.
            var zip = new ZipOutputStream(Channels.newOutputStream(channel));
            for (var array : arrays.entrySet()) write(zip, array.getKey(), array.getValue(), compressed);
            zip.finish();
            zip.flush();
        });
    }

    private static void write(ZipOutputStream zip, String name, Npy array, boolean compressed) throws IOException {
        var header = array.header();
        var data = array.tensor().data();
        var entry = new ZipEntry(name + SUFFIX);
        entry.setTimeLocal(EPOCH);
        if (!compressed) {
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(header.limit() + data.byteSize());
            entry.setCrc(sum(header.duplicate(), data));
        }
        zip.putNextEntry(entry);
        var out = Channels.newChannel(zip);
        WholeFile.write(out, header);
        WholeFile.write(out, data);
        zip.closeEntry();
    }

    private static long sum(ByteBuffer header, MemorySegment data) {
        var sum = new CRC32();
        sum.update(header);
        for (var piece : WholeFile.pieces(data)) sum.update(piece);
        return sum.getValue();
    }
}
