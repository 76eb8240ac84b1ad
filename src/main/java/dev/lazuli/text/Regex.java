package dev.lazuli.text;

import dev.lazuli.io.FormatException;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Oniguruma's regular expressions, which `tokenizer.json` is written in, as Java's.
final class Regex {
    // As in Ruby, whose syntax it is: classes are Unicode's, only \n ends a line, ^ and $ stand at every line.
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE | Pattern.UNIX_LINES
        | Pattern.MULTILINE;

    private Regex() {}

    static Pattern of(String where, String regex) {
        try {
            return of(regex);
        } catch (PatternSyntaxException e) {
            throw new FormatException(where + ": regular expression '" + regex + "' is not understood: "
                + e.getDescription(), e);
        }
    }

    static Pattern of(String regex) { return Pattern.compile(java(regex), FLAGS); }

    private static String java(String regex) {
        // Tried at every place of a long run of spaces, it is quadratic; the look-behind lets only the first try run.
        if (regex.equals("\\s+$")) return "(?<!\\s)\\s+$";
        // \p{Han} is a script, which Java calls IsHan; it takes IsLu for Lu too.
        return regex.replaceAll("\\\\([pP])\\{(\\^?)(?!Is)", "\\\\$1{$2Is").replace("\\p{^", "\\P{");
    }
}
