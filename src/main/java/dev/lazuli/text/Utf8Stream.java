package dev.lazuli.text;

/// UTF-8 decoded byte by byte: a character comes out when its last byte is in, and malformed bytes as U+FFFD.
final class Utf8Stream {
    private final boolean everyByte;
    private int codePoint;
    private int missing;
    private int taken;
    private int least = 0x80;
    private int most = 0xBF;

    /// @param everyByte whether each malformed byte is replaced, as SentencePiece does it, or each longest beginning
    ///     of a character, as Unicode recommends
    Utf8Stream(boolean everyByte) { this.everyByte = everyByte; }

    void accept(byte signed, StringBuilder out) {
        int b = signed & 0xFF;
        if (missing > 0 && (b < least || b > most)) end(out);
        if (missing == 0) {
            begin(b, out);
            return;
        }
        codePoint = codePoint << 6 | b & 0x3F;
        taken++;
        least = 0x80;
        most = 0xBF;
        if (--missing == 0) out.appendCodePoint(codePoint);
    }

    /// Replaces a character that has begun.
    void end(StringBuilder out) {
        if (missing > 0) out.repeat('\uFFFD', everyByte ? taken : 1);
        missing = 0;
        least = 0x80;
        most = 0xBF;
    }

    private void begin(int b, StringBuilder out) {
        taken = 1;
        if (b < 0x80) {
            out.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            expect(1, b & 0x1F);
        } else if (b >= 0xE0 && b <= 0xEF) {
            expect(2, b & 0x0F);
            // No overlong forms, no surrogates.
            if (b == 0xE0) least = 0xA0;
            if (b == 0xED) most = 0x9F;
        } else if (b >= 0xF0 && b <= 0xF4) {
            expect(3, b & 0x07);
            // No overlong forms, nothing above U+10FFFF.
            if (b == 0xF0) least = 0x90;
            if (b == 0xF4) most = 0x8F;
        } else {
            out.append('\uFFFD');
        }
    }

    private void expect(int more, int bits) {
        missing = more;
        codePoint = bits;
    }
}
