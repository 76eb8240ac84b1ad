package dev.lazuli.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// What was made for the keys asked for last, up to a number of them.
final class Recent<K, V> {
    private final Map<K, V> known;

    Recent(int count) {
        known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override protected boolean removeEldestEntry(Map.Entry<K, V> eldest) { return size() > count; }
        };
    }

    /// The value of a key, made if need be; two threads that ask at once may both make it.
    V get(K key, Function<K, V> make) {
        synchronized (known) {
            var found = known.get(key);
            if (found != null) return found;
        }
        var made = make.apply(key);
        synchronized (known) { known.put(key, made); }
        return made;
    }
}
