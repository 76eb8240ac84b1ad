package dev.lazuli.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/// How text falls into the pieces that merges do not cross.
sealed interface PreTokenizer {
    /// Takes pieces in order, none empty.
    interface Pieces {
        /// @param first whether the piece begins where the whole text began
        void piece(String text, boolean first);
    }

    void split(String text, boolean first, Pieces out);

    record Sequence(List<PreTokenizer> all) implements PreTokenizer {
        @Override public void split(String text, boolean first, Pieces out) {
            Pieces pieces = out;
            for (var each : all.reversed()) {
                var next = pieces;
                pieces = (t, f) -> each.split(t, f, next);
            }
            pieces.piece(text, first);
        }
    }

    /// What becomes of the matches a text is split at.
    enum Behavior { REMOVED, ISOLATED, MERGED_WITH_PREVIOUS, MERGED_WITH_NEXT, CONTIGUOUS }

    /// @param invert what does not match counts as matching, and the other way round
    record Split(Pattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {
        private record Part(int from, int to, boolean matches) {}

        @Override public void split(String text, boolean first, Pieces out) {
            if (behavior == Behavior.ISOLATED) {
                isolate(text, first, out);
                return;
            }
            for (var part : joined(parts(text)))
                if (part.from < part.to && !(part.matches && behavior == Behavior.REMOVED))
                    out.piece(text.substring(part.from, part.to), first && part.from == 0);
        }

        /// The common case, and the one that has to be fast: every part is a piece.
        private void isolate(String text, boolean first, Pieces out) {
            var matcher = pattern.matcher(text);
            int end = 0;
            while (matcher.find()) {
                emit(text, end, matcher.start(), first, out);
                emit(text, matcher.start(), matcher.end(), first, out);
                end = matcher.end();
            }
            emit(text, end, text.length(), first, out);
        }

        private static void emit(String text, int from, int to, boolean first, Pieces out) {
            if (from < to) out.piece(text.substring(from, to), first && from == 0);
        }

        private List<Part> parts(String text) {
            var parts = new ArrayList<Part>();
            var matcher = pattern.matcher(text);
            int end = 0;
            while (matcher.find()) {
                if (matcher.start() > end) parts.add(new Part(end, matcher.start(), invert));
                parts.add(new Part(matcher.start(), matcher.end(), !invert));
                end = matcher.end();
            }
            if (end < text.length()) parts.add(new Part(end, text.length(), invert));
            return parts;
        }

        private List<Part> joined(List<Part> parts) {
            if (behavior == Behavior.REMOVED) return parts;
            boolean backwards = behavior == Behavior.MERGED_WITH_NEXT;
            var joined = new ArrayList<Part>();
            boolean before = false;
            for (var part : backwards ? parts.reversed() : parts) {
                boolean joins = behavior == Behavior.CONTIGUOUS ? part.matches == before : part.matches && !before;
                if (joins && !joined.isEmpty()) {
                    var last = joined.removeLast();
                    joined.add(new Part(Math.min(last.from, part.from), Math.max(last.to, part.to), false));
                } else {
                    joined.add(part);
                }
                before = part.matches;
            }
            if (backwards) Collections.reverse(joined);
            return joined;
        }
    }

    /// Splits as GPT-2 does, if asked to, and spells each piece in the byte alphabet.
    record ByteLevel(boolean addPrefixSpace, boolean regex) implements PreTokenizer {
        static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
        private static final Split WORDS = new Split(Regex.of(GPT2), Behavior.ISOLATED, false);

        @Override public void split(String text, boolean first, Pieces out) {
            var spaced = addPrefixSpace && !text.startsWith(" ") ? " " + text : text;
            Pieces spell = (t, f) -> out.piece(ByteAlphabet.spell(t), f);
            if (regex) WORDS.split(spaced, first, spell);
            else spell.piece(spaced, first);
        }
    }

    /// Where a word mark is put before a piece that has none.
    enum Prepend { ALWAYS, FIRST, NEVER }

    /// Marks words: a space becomes `▁`, and each `▁` begins a piece.
    record Metaspace(String mark, Prepend prepend, boolean splits) implements PreTokenizer {
        @Override public void split(String text, boolean first, Pieces out) {
            var marked = text.replace(" ", mark);
            boolean wanted = prepend == Prepend.ALWAYS || prepend == Prepend.FIRST && first;
            if (wanted && !marked.startsWith(mark)) marked = mark + marked;
            if (!splits) {
                out.piece(marked, first);
                return;
            }
            for (int from = 0, to; from < marked.length(); from = to) {
                to = marked.indexOf(mark, from + (from == 0 && !marked.startsWith(mark) ? 0 : mark.length()));
                if (to < 0) to = marked.length();
                out.piece(marked.substring(from, to), first && from == 0);
            }
        }
    }
}
