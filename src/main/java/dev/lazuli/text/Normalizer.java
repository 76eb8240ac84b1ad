package dev.lazuli.text;

import java.text.Normalizer.Form;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is done to text before it is split.
sealed interface Normalizer {
    String apply(String text);

    record Sequence(List<Normalizer> all) implements Normalizer {
        @Override public String apply(String text) {
            for (var each : all) text = each.apply(text);
            return text;
        }
    }

    /// Puts a prefix before text that is not empty.
    record Prepend(String prefix) implements Normalizer {
        @Override public String apply(String text) { return text.isEmpty() ? text : prefix + text; }
    }

    record Replace(Pattern pattern, String content) implements Normalizer {
        @Override public String apply(String text) {
            return pattern.matcher(text).replaceAll(Matcher.quoteReplacement(content));
        }
    }

    /// NFC, NFD, NFKC or NFKD.
    record Unicode(Form form) implements Normalizer {
        @Override public String apply(String text) { return java.text.Normalizer.normalize(text, form); }
    }

    /// Lower case, character by character: a final sigma stays a sigma.
    record Lowercase() implements Normalizer {
        @Override public String apply(String text) {
            var lower = new StringBuilder(text.length());
            text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
            return lower.toString();
        }
    }

    record Strip(boolean left, boolean right) implements Normalizer {
        @Override public String apply(String text) {
            int from = 0;
            int to = text.length();
            while (left && from < to && Characters.isSpace(text.charAt(from))) from++;
            while (right && from < to && Characters.isSpace(text.charAt(to - 1))) to--;
            return text.substring(from, to);
        }
    }

    /// Drops combining marks.
    record StripAccents() implements Normalizer {
        @Override public String apply(String text) {
            var rest = new StringBuilder(text.length());
            text.codePoints().filter(c -> !Characters.isMark(c)).forEach(rest::appendCodePoint);
            return rest.toString();
        }
    }

    /// Spells bytes as characters, before anything else.
    record ByteLevel() implements Normalizer {
        @Override public String apply(String text) { return ByteAlphabet.spell(text); }
    }
}
