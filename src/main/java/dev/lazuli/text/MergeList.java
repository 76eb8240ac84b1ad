package dev.lazuli.text;

import dev.lazuli.io.FormatException;

import java.util.List;

/// Reads merges as files list them, the first to be done first: `"a b"`, or `["a", "b"]`.
final class MergeList {
    private MergeList() {}

    /// @throws FormatException naming the merge that is malformed or not made of tokens
    static Merges of(String where, Vocabulary vocabulary, List<?> list) {
        var merges = new Merges(list.size());
        for (int rank = 0; rank < list.size(); rank++) {
            String left;
            String right;
            switch (list.get(rank)) {
                case String s when s.indexOf(' ', 1) > 0 && s.indexOf(' ', 1) < s.length() - 1 -> {
                    left = s.substring(0, s.indexOf(' ', 1));
                    right = s.substring(s.indexOf(' ', 1) + 1);
                }
                case List<?> pair when pair.size() == 2 && pair.get(0) instanceof String a
                    && pair.get(1) instanceof String b -> {
                    left = a;
                    right = b;
                }
                case null, default ->
                    throw new FormatException(where + "[" + rank + "]: expected a pair of tokens, got "
                        + list.get(rank));
            }
            merges.put(id(where, vocabulary, rank, left), id(where, vocabulary, rank, right), rank,
                id(where, vocabulary, rank, left + right));
        }
        return merges;
    }

    private static int id(String where, Vocabulary vocabulary, int rank, String token) {
        int id = vocabulary.id(token);
        if (id == Vocabulary.NONE) throw new FormatException(where + "[" + rank + "]: '" + token + "' is not a token");
        return id;
    }
}
