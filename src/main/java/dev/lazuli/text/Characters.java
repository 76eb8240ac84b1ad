package dev.lazuli.text;

/// Unicode's classes as Rust's standard library and regular expressions see them, where Java's differ.
final class Characters {
    private Characters() {}

    /// White_Space.
    static boolean isSpace(int c) {
        return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
    }

    /// `\w`.
    static boolean isWord(int c) {
        return Character.isAlphabetic(c) || isMark(c) || Character.isDigit(c)
            || Character.getType(c) == Character.CONNECTOR_PUNCTUATION || c == 0x200C || c == 0x200D;
    }

    static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    /// The text with U+FFFD for every half of a surrogate pair, which UTF-8 cannot spell.
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) continue;
            if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) return repaired(text);
            i++;
        }
        return text;
    }

    private static String repaired(String text) {
        var repaired = new StringBuilder(text.length());
        text.codePoints().map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c).forEach(repaired::appendCodePoint);
        return repaired.toString();
    }
}
