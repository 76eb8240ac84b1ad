package dev.lazuli.text;

import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How tokens become text again. A decoder sits upon the one that follows it and hands on, at once, what no later
/// token can change: whole texts and streams of tokens are decoded by the same code.
sealed interface Decoder {
    /// Takes a token, in one or several parts.
    interface Sink {
        /// @param ends whether the token is complete with this part
        void accept(String part, boolean ends);

        /// There are no more tokens.
        void close();
    }

    /// A sink that decodes into another.
    Sink over(Sink next);

    /// Whether tokens are read in the byte alphabet.
    default boolean readsBytes() { return false; }

    record Sequence(List<Decoder> all) implements Decoder {
        @Override public boolean readsBytes() { return all.stream().anyMatch(Decoder::readsBytes); }

        @Override public Sink over(Sink next) {
            for (var each : all.reversed()) next = each.over(next);
            return next;
        }
    }

    /// Reads the byte alphabet; all tokens become one.
    record ByteLevel() implements Decoder {
        @Override public boolean readsBytes() { return true; }

        @Override public Sink over(Sink next) {
            return new Sink() {
                private final Utf8Stream utf8 = new Utf8Stream(false);
                private final StringBuilder text = new StringBuilder();

                @Override public void accept(String part, boolean ends) {
                    for (byte b : ByteAlphabet.bytes(part)) utf8.accept(b, text);
                    next.accept(take(text), false);
                }

                @Override public void close() {
                    utf8.end(text);
                    next.accept(take(text), true);
                    next.close();
                }
            };
        }
    }

    /// Reads `<0x41>` as the byte 0x41; bytes that are no UTF-8 become U+FFFD each.
    record ByteFallback() implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                private final Utf8Stream utf8 = new Utf8Stream(true);
                private final StringBuilder text = new StringBuilder();
                private boolean whole = true;

                @Override public void accept(String part, boolean ends) {
                    if (whole && ends && isByte(part)) {
                        utf8.accept((byte) HexFormat.fromHexDigits(part, 3, 5), text);
                        if (!text.isEmpty()) next.accept(take(text), true);
                        return;
                    }
                    flush();
                    whole = ends;
                    next.accept(part, ends);
                }

                @Override public void close() {
                    flush();
                    next.close();
                }

                private void flush() {
                    utf8.end(text);
                    if (!text.isEmpty()) next.accept(take(text), true);
                }
            };
        }

        static boolean isByte(String token) {
            return token.length() == 6 && token.startsWith("<0x") && token.endsWith(">")
                && HexFormat.isHexDigit(token.charAt(3)) && HexFormat.isHexDigit(token.charAt(4));
        }
    }

    /// Makes one token of all.
    record Fuse() implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                @Override public void accept(String part, boolean ends) { next.accept(part, false); }

                @Override public void close() {
                    next.accept("", true);
                    next.close();
                }
            };
        }
    }

    /// Replaces in each token; one that comes in parts is waited for.
    record Replace(Pattern pattern, String content) implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                private final StringBuilder token = new StringBuilder();

                @Override public void accept(String part, boolean ends) {
                    token.append(part);
                    if (!ends) return;
                    var replaced = pattern.matcher(take(token)).replaceAll(Matcher.quoteReplacement(content));
                    next.accept(replaced, true);
                }

                @Override public void close() { next.close(); }
            };
        }
    }

    /// Drops up to so many of a character from both ends of each token.
    record Strip(char content, int start, int stop) implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                private int left = start;
                private int held;

                @Override public void accept(String part, boolean ends) {
                    int from = 0;
                    while (left > 0 && from < part.length() && part.charAt(from) == content) {
                        from++;
                        left--;
                    }
                    if (from < part.length()) left = 0;
                    int to = part.length();
                    while (stop > 0 && to > from && part.charAt(to - 1) == content) to--;
                    // What may yet turn out to be the token's end is held back.
                    var kept = part.substring(from, to);
                    if (!kept.isEmpty()) {
                        kept = String.valueOf(content).repeat(held) + kept;
                        held = 0;
                    }
                    held += part.length() - to;
                    if (ends) {
                        kept += String.valueOf(content).repeat(Math.max(0, held - stop));
                        held = 0;
                        left = start;
                    }
                    if (ends || !kept.isEmpty()) next.accept(kept, ends);
                }

                @Override public void close() { next.close(); }
            };
        }
    }

    /// Turns word marks into spaces, but drops those of the first token if encoding put one there.
    record Metaspace(char mark, boolean prepended) implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                private boolean first = true;

                @Override public void accept(String part, boolean ends) {
                    next.accept(part.replace(String.valueOf(mark), first && prepended ? "" : " "), ends);
                    if (ends) first = false;
                }

                @Override public void close() { next.close(); }
            };
        }
    }

    /// Puts spaces between tokens: what is done where a tokenizer names no decoder.
    record Spaces() implements Decoder {
        @Override public Sink over(Sink next) {
            return new Sink() {
                private String gap = "";

                @Override public void accept(String part, boolean ends) {
                    next.accept(gap + part, ends);
                    gap = ends ? " " : "";
                }

                @Override public void close() { next.close(); }
            };
        }
    }

    private static String take(StringBuilder text) {
        var taken = text.toString();
        text.setLength(0);
        return taken;
    }
}
