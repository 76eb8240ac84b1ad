package dev.lazuli.text;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Tokens by id, with gaps where an id stands for nothing, and ids by token.
final class Vocabulary {
    static final int NONE = -1;

    private final @Nullable String[] tokens;
    private final Map<String, Integer> ids;

    /// If a token stands twice, its last id counts.
    Vocabulary(@Nullable String[] tokens) {
        this.tokens = tokens;
        this.ids = HashMap.newHashMap(tokens.length);
        for (int id = 0; id < tokens.length; id++) if (tokens[id] instanceof String token) ids.put(token, id);
    }

    int size() { return tokens.length; }

    @Nullable String token(int id) { return id >= 0 && id < tokens.length ? tokens[id] : null; }

    /// The token's id, or [#NONE].
    int id(String token) { return ids.getOrDefault(token, NONE); }
}
