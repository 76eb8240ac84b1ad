package dev.lazuli.text;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Finds added tokens: first in the text as it is, then in what lies between after it was normalized. At each place
/// the longest counts.
final class AddedTokens {
    private static final class Trie {
        private final Map<Character, Trie> children = new HashMap<>();
        private @Nullable AddedToken token;

        void add(String content, AddedToken token) {
            var node = this;
            for (char c : content.toCharArray()) node = node.children.computeIfAbsent(c, k -> new Trie());
            node.token = token;
        }

        @Nullable AddedToken longest(String text, int from) {
            AddedToken longest = null;
            var node = this;
            for (int i = from; node != null; i++) {
                if (node.token != null) longest = node.token;
                node = i < text.length() ? node.children.get(text.charAt(i)) : null;
            }
            return longest;
        }
    }

    private final Normalizer normalizer;
    private final Trie raw = new Trie();
    private final Trie normalized = new Trie();
    private final Map<AddedToken, Integer> lengths = new HashMap<>();
    private final BitSet special = new BitSet();

    AddedTokens(List<AddedToken> tokens, Normalizer normalizer) {
        this.normalizer = normalizer;
        for (var token : tokens) {
            if (token.special()) special.set(token.id());
            var content = token.normalized() ? normalizer.apply(token.content()) : token.content();
            if (content.isEmpty()) continue;
            (token.normalized() ? normalized : raw).add(content, token);
            lengths.put(token, content.length());
        }
    }

    boolean isSpecial(int id) { return special.get(id); }

    /// Hands on the normalized texts between the tokens, and the tokens, in order.
    void split(String text, PreTokenizer.Pieces texts, IntConsumer tokens) {
        split(raw, text, true, (between, first) ->
            split(normalized, normalizer.apply(between), first, texts, tokens), tokens);
    }

    private void split(Trie trie, String text, boolean first, PreTokenizer.Pieces texts, IntConsumer tokens) {
        int end = 0;
        if (!trie.children.isEmpty()) {
            for (int at = 0; at < text.length(); at++) {
                var token = trie.longest(text, at);
                if (token == null) continue;
                int start = at;
                int stop = at + lengths.get(token);
                at = stop - 1;
                if (token.singleWord() && touchesWord(text, start, stop)) continue;
                if (token.lstrip()) while (start > end && Characters.isSpace(text.charAt(start - 1))) start--;
                if (token.rstrip()) while (stop < text.length() && Characters.isSpace(text.charAt(stop))) stop++;
                if (end < start) texts.piece(text.substring(end, start), first && end == 0);
                tokens.accept(token.id());
                end = stop;
            }
        }
        if (end < text.length()) texts.piece(text.substring(end), first && end == 0);
    }

    private static boolean touchesWord(String text, int start, int stop) {
        return start > 0 && Characters.isWord(text.codePointBefore(start))
            || stop < text.length() && Characters.isWord(text.codePointAt(stop));
    }
}
