package dev.lazuli.compiler;

import dev.lazuli.graph.Node;
import dev.lazuli.graph.Order;
import dev.lazuli.type.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An evaluation, cut where the stream changes: pieces in an order in which each comes after those that it needs.
///
/// What crosses from one to another is a result of its piece, and stays. Constants, and views of what is there, are
/// made by whoever reads them. An evaluation that gives memory away is not cut: its last readers have to be known.
///
/// @param alone whether it gives memory away, or might: with one stream nobody looks
record Pieces(List<Piece> pieces, boolean alone) {
    /// What is computed in one go.
    static final class Piece {
        final Stream stream;
        /// How often the stream changes on the way here, at most.
        private final int level;
        final SequencedSet<Node> results = new LinkedHashSet<>();
        /// Pieces that have to be done before, of this evaluation or started earlier.
        final Set<Piece> needs = new LinkedHashSet<>();
        /// Done when this is; null until it is started.
        @Nullable CompletableFuture<Void> done;

        private Piece(Stream stream, int level) {
            this.stream = stream;
            this.level = level;
        }

        private static Piece at(Where where) { return new Piece(where.stream, where.level); }
    }

    private record Where(Stream stream, int level) {}

    private static Pieces one(List<Node> roots, boolean alone) {
        var piece = new Piece(Stream.current(), 0);
        piece.results.addAll(roots);
        return new Pieces(List.of(piece), alone);
    }

    static Pieces of(List<Node> roots) {
        if (!Stream.several()) return one(roots, true);
        var places = new IdentityHashMap<Node, Piece>();
        var pieces = new HashMap<Where, Piece>();
        for (var node : Order.of(roots, x -> !(x.state() instanceof Node.Pending) || Queues.started(x) != null)) {
            if (!(node.state() instanceof Node.Pending step)) continue;
            var started = Queues.started(node);
            if (started != null) {
                places.put(node, started);
                continue;
            }
            if (step.op().donating()) return one(roots, true);
            var before = new ArrayList<Node>();
            int level = 0;
            for (var x : step.inputs()) {
                var place = places.get(x);
                if (place == null) continue;
                before.add(x);
                level = Math.max(level, place.stream == step.stream() ? place.level : place.level + 1);
            }
            if (before.isEmpty() && step.op().isFree()) continue;
            var piece = pieces.computeIfAbsent(new Where(step.stream(), level), Piece::at);
            places.put(node, piece);
            for (var x : before) {
                var place = places.get(x);
                if (place == piece) continue;
                if (place.done == null) place.results.add(x);
                piece.needs.add(place);
            }
        }
        for (var root : roots) {
            if (root.state() instanceof Node.Ready) continue;
            var place = places.get(root);
            if (place == null || place.done != null) {
                var stream = place == null ? Stream.current() : place.stream;
                place = pieces.computeIfAbsent(new Where(stream, 0), Piece::at);
            }
            place.results.add(root);
        }
        if (pieces.isEmpty()) return one(roots, false);
        return new Pieces(pieces.values().stream().sorted(Comparator.comparingInt(p -> p.level)).toList(), false);
    }
}
