package dev.lazuli.text;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Byte-pair encoding: a piece of text is taken apart into characters, and neighbours are joined, the pair of the
/// lowest rank first, the leftmost of equals, until no pair joins. Takes O(n log n); any thread may use it.
final class Bpe {
    /// What surrounds the merges.
    ///
    /// @param ignoreMerges a piece that is itself a token is that token, whatever the merges say
    /// @param bytes tokens of the 256 bytes, for characters that are no token; null if there are none
    /// @param unknown the token of other characters, or [Vocabulary#NONE], which drops them
    /// @param fuseUnknown neighbouring unknown characters are one token
    record Options(boolean ignoreMerges, int @Nullable [] bytes, int unknown, boolean fuseUnknown) {}

    private static final char MARK = '▁';
    private static final int CACHED_PIECES = 1 << 14;
    private static final int CACHED_LENGTH = 64;
    private static final int DIRECT = 0x800;
    private static final int GONE = -1;

    private final Vocabulary vocabulary;
    private final Merges merges;
    private final Options options;
    private final int[] directSymbols = new int[DIRECT];
    private final Map<Integer, Integer> otherSymbols;
    private final boolean marksWords;
    private final Map<String, int[]> cache = new ConcurrentHashMap<>();

    /// @param symbols the symbol of each character; one beyond the vocabulary is no token by itself, but part of some
    Bpe(Vocabulary vocabulary, Merges merges, Map<Integer, Integer> symbols, Options options) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.options = options;
        this.otherSymbols = symbols;
        for (int c = 0; c < DIRECT; c++) directSymbols[c] = symbols.getOrDefault(c, Vocabulary.NONE);
        // Where unknown characters are dropped, their neighbours become each other's.
        boolean dropsNone = options.bytes != null || options.unknown != Vocabulary.NONE;
        this.marksWords = dropsNone && symbols.containsKey((int) MARK) && marksWords(vocabulary);
    }

    /// The characters that are tokens.
    static Map<Integer, Integer> characters(Vocabulary vocabulary) {
        var symbols = new HashMap<Integer, Integer>();
        for (int id = 0; id < vocabulary.size(); id++) {
            var token = vocabulary.token(id);
            if (token != null && !token.isEmpty() && token.codePointCount(0, Math.min(3, token.length())) == 1
                && token.length() == Character.charCount(token.codePointAt(0)))
                symbols.put(token.codePointAt(0), vocabulary.id(token));
        }
        return symbols;
    }

    /// The tokens `<0x00>` to `<0xFF>`; null unless there are all.
    static int @Nullable [] bytes(Vocabulary vocabulary) {
        var bytes = new int[256];
        for (int b = 0; b < 256; b++) {
            bytes[b] = vocabulary.id("<0x%02X>".formatted(b));
            if (bytes[b] == Vocabulary.NONE) return null;
        }
        return bytes;
    }

    /// If no token has a mark after another character, no merge crosses that place, and a text without
    /// pre-tokenizer falls into words that can be encoded, and remembered, one by one.
    private static boolean marksWords(Vocabulary vocabulary) {
        for (int id = 0; id < vocabulary.size(); id++)
            if (vocabulary.token(id) instanceof String token && wordEnd(token, 0) < token.length()) return false;
        return true;
    }

    private static int wordEnd(String text, int from) {
        for (int i = text.indexOf(MARK, from + 1); i >= 0; i = text.indexOf(MARK, i + 1))
            if (text.charAt(i - 1) != MARK) return i;
        return text.length();
    }

    void encode(String piece, Ids out) {
        if (options.ignoreMerges) {
            int id = vocabulary.id(piece);
            if (id != Vocabulary.NONE) {
                out.add(id);
                return;
            }
        }
        if (!marksWords) {
            encodeWord(piece, out);
            return;
        }
        for (int from = 0, to; from < piece.length(); from = to) {
            to = wordEnd(piece, from);
            encodeWord(piece.substring(from, to), out);
        }
    }

    private void encodeWord(String word, Ids out) {
        if (word.length() > CACHED_LENGTH) {
            out.addAll(merge(word));
            return;
        }
        var ids = cache.get(word);
        if (ids == null) {
            ids = merge(word);
            // Starting over bounds the cache and lets it follow the text.
            if (cache.size() >= CACHED_PIECES) cache.clear();
            cache.put(word, ids);
        }
        out.addAll(ids);
    }

    private int[] merge(String word) {
        int[] symbols = symbols(word);
        int n = symbols.length;
        if (n < 2) return tokens(symbols, n);
        // A linked list; the symbol to the right of i is at next[i], and what was joined to the left is gone.
        var next = new int[n];
        var previous = new int[n];
        var queue = new LongHeap(n);
        for (int i = 0; i < n; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i + 1 < n) offer(queue, symbols, i, i + 1);
        }
        while (!queue.isEmpty()) {
            long top = queue.pop();
            int left = (int) top;
            if (symbols[left] == GONE || next[left] == n) continue;
            int right = next[left];
            int slot = merges.find(symbols[left], symbols[right]);
            // A neighbour was joined meanwhile: this entry is of a pair that is no more.
            if (slot == Merges.NONE || merges.rank(slot) != (int) (top >>> 32)) continue;
            symbols[left] = merges.joined(slot);
            symbols[right] = GONE;
            next[left] = next[right];
            if (next[left] < n) {
                previous[next[left]] = left;
                offer(queue, symbols, left, next[left]);
            }
            if (previous[left] >= 0) offer(queue, symbols, previous[left], left);
        }
        int size = 0;
        for (int i = 0; i < n; i = next[i]) symbols[size++] = symbols[i];
        return tokens(symbols, size);
    }

    private void offer(LongHeap queue, int[] symbols, int left, int right) {
        int slot = merges.find(symbols[left], symbols[right]);
        if (slot != Merges.NONE) queue.push((long) merges.rank(slot) << 32 | left);
    }

    private int[] symbols(String word) {
        var symbols = new Ids();
        boolean pending = false;
        for (int i = 0, c; i < word.length(); i += Character.charCount(c)) {
            c = word.codePointAt(i);
            int id = c < DIRECT ? directSymbols[c] : otherSymbols.getOrDefault(c, Vocabulary.NONE);
            if (id != Vocabulary.NONE) {
                symbols.add(id);
                pending = false;
            } else if (options.bytes != null) {
                addBytes(c, symbols);
            } else if (options.unknown != Vocabulary.NONE && !(pending && options.fuseUnknown)) {
                symbols.add(options.unknown);
                pending = true;
            }
        }
        return symbols.toArray();
    }

    /// The tokens of the symbols; one that is no token is spelt in bytes, or unknown.
    private int[] tokens(int[] symbols, int size) {
        var tokens = new Ids();
        for (int i = 0; i < size; i++) {
            if (symbols[i] < vocabulary.size()) tokens.add(symbols[i]);
            else if (options.bytes != null) addBytes(symbols[i] - vocabulary.size(), tokens);
            else if (options.unknown != Vocabulary.NONE) tokens.add(options.unknown);
        }
        return tokens.toArray();
    }

    private void addBytes(int codePoint, Ids ids) {
        for (byte b : Character.toString(codePoint).getBytes(UTF_8))
            ids.add(options.bytes[b & 0xFF]);
    }
}
