package dev.lazuli.nn;

import dev.lazuli.Array;
import dev.lazuli.Index;
import dev.lazuli.Lazuli;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys and values of the positions a model has seen, layer by layer, so that it need not see them again.
///
/// It owns its arrays: appending writes into memory that is there, which grows in steps. One generation uses a cache
/// at a time.
public final class KvCache {
    /// Keys and values of all positions so far: (1, heads, positions, features) each.
    ///
    /// @param keys turned by their positions
    /// @param values as the layer made them
    public record Entry(Array keys, Array values) {}

    private static final int STEP = 256;

    private final List<@Nullable Entry> layers = new ArrayList<>();
    private int length;

    /// An empty cache of a model of so many layers.
    public KvCache(int layers) {
        for (int i = 0; i < layers; i++) this.layers.add(null);
    }

    /// How many positions are in the cache: where the next one goes.
    public int length() { return length; }

    /// Puts keys and values of new positions behind those of a layer; gives back all of them. The positions count when
    /// `advance` says so, after the last layer.
    public Entry append(int layer, Array keys, Array values) {
        var now = layers.get(layer);
        int end = length + keys.dim(-2);
        var grown = new Entry(write(now == null ? null : now.keys, keys),
            write(now == null ? null : now.values, values));
        layers.set(layer, grown);
        return new Entry(seen(grown.keys, end), seen(grown.values, end));
    }

    /// The new positions are in all layers.
    public void advance(int positions) { length += positions; }

    /// Forgets the positions from `length` on.
    public void rollback(int length) {
        if (length < 0 || length > this.length)
            throw new IllegalArgumentException("rollback: expected a length of 0 to " + this.length + ", got "
                + length);
        this.length = length;
    }

    /// All arrays of the cache: to be evaluated with the result of a step.
    public List<Array> arrays() {
        return layers.stream().filter(e -> e != null).flatMap(e -> List.of(e.keys, e.values).stream()).toList();
    }

    private Array write(@Nullable Array store, Array added) {
        int end = length + added.dim(-2);
        int room = Math.ceilDiv(end, STEP) * STEP;
        if (store == null) store = Lazuli.full(0, added.dtype(), added.shape().with(-2, room).dims());
        else if (store.dim(-2) < end) {
            var more = Lazuli.full(0, added.dtype(), added.shape()
                .with(-2, Math.max(room, 2 * store.dim(-2)) - store.dim(-2)).dims());
            store = Lazuli.concatenate(List.of(store, more), -2);
        }
        return Lazuli.donate(store, added, -2, length);
    }

    private static Array seen(Array store, int end) { return store.get(Index.ellipsis(), Index.to(end), Index.all()); }
}
