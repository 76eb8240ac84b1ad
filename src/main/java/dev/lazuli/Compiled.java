package dev.lazuli;

import dev.lazuli.compiler.Evaluator;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Order;
import dev.lazuli.type.Stream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable Predicate<String> given;
    private final SequencedMap<Object, Known<V>> known = new LinkedHashMap<>(16, 0.75f, true);
    private long traces;
    private long calls;

    /// @param given paths of the arrays that are given away; null if none are
    Compiled(Function<T, V> f, @Nullable Predicate<String> given) {
        this.f = f;
        this.given = given;
    }

    /// The same for arguments that are not needed afterwards: results lie in their memory, as far as sizes allow.
    ///
    /// It runs when it is called: what is not computed then could never be. The arrays of the argument are lost, except
    /// those that come back as they are, that the function uses besides its argument, whose memory is not Lazuli's own,
    /// or of which a view or a segment was ever computed. Inside a trace or a differentiation nothing is given away.
    ///
    /// ```
    /// var step = compile((Array x) -> x.mul(0.9).add(1)).donating();
    /// var x = full(10, Dtype.FLOAT32, 3);
    /// step.apply(x)    // array([10, 10, 10], dtype=float32)
    /// ```
    public Compiled<T, V> donating() { return donating(path -> true); }

    /// The same for arguments of which the arrays at some paths are not needed afterwards; see [Tree] for paths. What
    /// the others are, or are yet to be computed from, stays.
    ///
    /// ```
    /// compile((List<Array> x) -> x.get(0).add(x.get(1))).donating(path -> path.equals("0"));
    /// ```
    public Compiled<T, V> donating(Predicate<String> paths) { return new Compiled<>(f, paths); }

    @Override public V apply(T x) {
        var known = known(x);
        var key = known.draws == 0 ? NO_KEY : Random.skip(known.draws);
        var graph = known.traced.graph();
        var results = graph.apply(Traced.nodes(new Keyed<>(key, x)));
        if (given != null && !Hole.isBehind(results) && results.stream().noneMatch(Node::isTraced))
            Evaluator.eval(results, given(given, x, graph.captured(), results));
        return known.traced.result(results);
    }

    /// The arrays of an argument whose memory is free once the results are there.
    private static Set<Node> given(Predicate<String> paths, Object x, List<Node> captured, List<Node> results) {
        Set<Node> given = Collections.newSetFromMap(new IdentityHashMap<>());
        var kept = new ArrayList<>(captured);
        Tree.flatten(x).forEach((path, array) -> (paths.test(path) ? given : kept).add(array.node()));
        Order.of(kept, node -> !(node.state() instanceof Node.Pending)).forEach(given::remove);
        results.forEach(given::remove);
        Evaluator.eval(List.copyOf(given)); // only what lies in memory can be given
        return given;
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
