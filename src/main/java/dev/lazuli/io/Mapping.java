package dev.lazuli.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;

/// How the formats get at a file's bytes.
final class Mapping {
    private Mapping() {}

    /// The whole file, read-only and not copied.
    ///
    /// The arena is automatic because nobody knows when the last array over the file dies but the collector: any
    /// other arena would need a `close` that makes living arrays throw.
    static MemorySegment of(Path path) {
        try (var channel = FileChannel.open(path, READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /// The file's text, which must be UTF-8.
    static String text(Path path) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw failed(path, e);
        }
        return text(path.toString(), bytes);
    }

    /// The bytes as UTF-8, refused if they are not.
    static String text(String where, byte[] bytes) {
        var text = new String(bytes, UTF_8);
        // The fast decoder above replaces what is malformed; only a text with U+FFFD needs the strict one.
        if (text.indexOf('\uFFFD') < 0) return text;
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(where + ": not UTF-8", e);
        }
    }

    static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException(path + ": " + switch (e) {
            case AccessDeniedException denied -> "access is denied";
            case NoSuchFileException none -> "no such file or folder";
            default -> e.getMessage();
        }, e);
    }
}
