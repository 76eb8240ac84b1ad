package dev.lazuli;

import dev.lazuli.type.Stream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/// A function that is traced once for each kind of argument, and its operations put on the next ones without running
/// it: what it does besides, such as printing, happens while it is traced.
///
/// Kinds differ by shapes and types of arrays, by whatever else is in the tree, and by the stream. The last few are
/// remembered. What the function uses besides its argument is part of what was traced, and does not change: state goes
/// in as an argument and comes out with the result. Only the global key of [Random] does both by itself: each call
/// draws what the function would have drawn.
///
/// ```
/// var f = compile((Array x) -> x.mul(x).sum());
/// f.apply(array(1f, 2f)).item();    // 5.0
/// f.apply(array(3f, 4f)).item();    // 25.0
/// f.traces();                       // 1
/// ```
public final class Compiled<T, V> implements Function<T, V> {
    private static final int REMEMBERED = 64;

    private static final Array NO_KEY = Random.key(0);

    /// @param draws how often the function drew random numbers without a key
    private record Known<V>(Traced<V> traced, int draws) {}

    private record Keyed<T>(Array key, T x) {}

    private final Function<T, V> f;
    private final SequencedMap<Object, Known<V>> known = new LinkedHashMap<>(16, 0.75f, true);
    private long traces;
    private long calls;

    Compiled(Function<T, V> f) { this.f = f; }

    @Override public V apply(T x) {
        var known = known(x);
        var key = known.draws == 0 ? NO_KEY : Random.skip(known.draws);
        return known.traced.result(known.traced.graph().apply(Traced.nodes(new Keyed<>(key, x))));
    }

    private Known<V> known(T x) {
        var kind = List.of(Stream.current(), Tree.kind(x));
        synchronized (this) {
            calls++;
            var before = known.get(kind);
            if (before != null) return before;
            traces++;
        }
        var draws = new int[1];
        var traced = Traced.of("compile", (Keyed<T> given) -> {
            var drawn = Random.drawn(given.key, () -> f.apply(given.x));
            draws[0] = drawn.draws();
            return drawn.value();
        }, new Keyed<>(NO_KEY, x));
        var made = new Known<>(traced, draws[0]);
        synchronized (this) {
            known.put(kind, made);
            if (known.size() > REMEMBERED) known.pollFirstEntry();
        }
        return made;
    }

    /// How often the function was run to be traced.
    public synchronized long traces() { return traces; }

    /// How often it was called.
    ///
    /// ```
    /// var f = compile((Array x) -> x.mul(2));
    /// f.apply(array(1));
    /// f.apply(array(2));
    /// f.calls()    // 2
    /// ```
    public synchronized long calls() { return calls; }

    /// How many kinds of arguments are remembered.
    ///
    /// ```
    /// var f = compile((Array x) -> x.mul(2));
    /// f.apply(array(1));
    /// f.apply(array(1f));
    /// f.size()    // 2
    /// ```
    public synchronized int size() { return known.size(); }
}
