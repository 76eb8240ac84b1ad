package dev.lazuli.text;

import java.util.Arrays;

import static java.nio.charset.StandardCharsets.UTF_8;

/// GPT-2's spelling of bytes as visible characters: printable Latin-1 stands for itself, the other 68 bytes are
/// `Ā`, `ā`, … in order. A space is `Ġ`, a newline `Ċ`.
final class ByteAlphabet {
    private static final char[] CHARS = new char[256];
    private static final short[] BYTES = new short[0x144];

    static {
        Arrays.fill(BYTES, (short) -1);
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            CHARS[b] = printable ? (char) b : next++;
            BYTES[CHARS[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /// The text's UTF-8 bytes, spelt.
    static String spell(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) > ' ' && text.charAt(i) < 0x7F) i++;
        if (i == text.length()) return text;
        var bytes = text.getBytes(UTF_8);
        var chars = new char[bytes.length];
        for (i = 0; i < bytes.length; i++) chars[i] = CHARS[bytes[i] & 0xFF];
        return new String(chars);
    }

    /// The bytes a token spells; if it has a character that spells none, the token's own.
    static byte[] bytes(String token) {
        var bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTES.length || BYTES[c] < 0) return token.getBytes(UTF_8);
            bytes[i] = (byte) BYTES[c];
        }
        return bytes;
    }
}
