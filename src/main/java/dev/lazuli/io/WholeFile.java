package dev.lazuli.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

/// Files that appear under their name when they are complete: a temporary one beside them is filled, then moved.
///
/// A file that is being replaced may be mapped: its arrays keep the old bytes.
final class WholeFile {
    // A buffer view of a segment is limited to 2 GiB.
    private static final long CHUNK = 1L << 30;

    private WholeFile() {}

    @FunctionalInterface
    interface Content { void write(FileChannel channel) throws IOException; }

    static void write(Path path, Content content) {
        if (!(path.getFileName() instanceof Path name))
            throw new IllegalArgumentException(path + ": not the name of a file");
        var temporary = path.resolveSibling(name + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            try (var channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
                content.write(channel);
                channel.force(true);
            }
            move(temporary, path);
        } catch (IOException e) {
            throw Mapping.failed(path, e);
        } finally {
            delete(temporary);
        }
    }

    static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    static void write(WritableByteChannel channel, MemorySegment data) throws IOException {
        for (var piece : pieces(data)) write(channel, piece);
    }

    static List<ByteBuffer> pieces(MemorySegment data) {
        var pieces = new ArrayList<ByteBuffer>();
        for (long at = 0; at < data.byteSize(); at += CHUNK)
            pieces.add(data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer());
        return pieces;
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
