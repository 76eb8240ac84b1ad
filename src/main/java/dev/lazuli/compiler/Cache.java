package dev.lazuli.compiler;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// A map of bounded weight that forgets what was not used for longest.
final class Cache<K, V> {
    private final SequencedMap<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final ToLongFunction<K> weight;
    private final long most;
    private long sum;
    private long misses;

    Cache(long most, ToLongFunction<K> weight) {
        this.most = most;
        this.weight = weight;
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
            if (entries.put(key, value) == null) sum += weight.applyAsLong(key);
            while (sum > most) sum -= weight.applyAsLong(entries.pollFirstEntry().getKey());
        }
        return value;
    }

    synchronized long misses() { return misses; }

    synchronized int size() { return entries.size(); }
}
