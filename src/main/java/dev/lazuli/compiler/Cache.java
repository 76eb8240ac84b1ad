package dev.lazuli.compiler;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// A bounded map that forgets what was not used for longest.
final class Cache<K, V> {
    private final Map<K, V> entries;
    private long misses;

    Cache(int most) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override protected boolean removeEldestEntry(Map.Entry<K, V> eldest) { return size() > most; }
        };
    }

    /// The value of a key, made if there is none. Two threads may make it at once; both results serve.
    V get(K key, Supplier<V> make) {
        synchronized (this) {
            var value = entries.get(key);
            if (value != null) return value;
            misses++;
        }
        var value = make.get();
        synchronized (this) {
            entries.put(key, value);
        }
        return value;
    }

    synchronized long misses() { return misses; }
}
