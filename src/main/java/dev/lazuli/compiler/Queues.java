package dev.lazuli.compiler;

import dev.lazuli.compiler.Pieces.Piece;
import dev.lazuli.graph.Node;
import dev.lazuli.type.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What was started and is not done: on each stream one piece after the other, and each after those that it needs.
/// Nothing waits on a thread before its turn; all that a stream has is its last piece.
///
/// An evaluation that gives memory away comes after everything that was started before it, on all streams, and before
/// everything that is started later: so nobody reads what it writes over.
final class Queues {
    /// What work failed with. It fails what follows on the stream and what needs it, until one who waits was told.
    private static final class Failure extends CompletionException {
        private final AtomicBoolean told = new AtomicBoolean();

        Failure(Throwable cause) { super(cause); }

        RuntimeException unchecked() {
            return switch (getCause()) {
                case RuntimeException cause -> cause;
                case Error cause -> throw cause;
                default -> this;
            };
        }
    }

    private static final String NAME = "lazuli-eval";
    private static final Executor THREADS =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(NAME).factory());
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private static final Map<Stream, CompletableFuture<Void>> LAST = new ConcurrentHashMap<>();
    private static volatile CompletableFuture<Void> alone = DONE;

    /// What each node comes out of that was started; done pieces go.
    private static final Map<Node, Piece> STARTED = Collections.synchronizedMap(new IdentityHashMap<>());

    private Queues() {}

    /// Whether this thread does what was started: it must not wait for it.
    static boolean isHere() { return Thread.currentThread().getName().equals(NAME); }

    /// The piece that computes a node, if it was started and is not done.
    static @Nullable Piece started(Node node) {
        var piece = STARTED.get(node);
        return piece == null || piece.done.isDone() ? null : piece;
    }

    /// Starts pieces, each on its stream.
    ///
    /// @return what is done when they are
    static synchronized Collection<CompletableFuture<Void>> start(Pieces pieces, Consumer<Piece> work) {
        for (var piece : pieces.pieces()) {
            var before = new ArrayList<CompletableFuture<Void>>();
            before.add(after(alone));
            if (pieces.alone()) LAST.values().forEach(last -> before.add(after(last)));
            else before.add(after(LAST.getOrDefault(piece.stream, DONE)));
            for (var need : piece.needs) before.add(need.done);
            piece.needs.clear(); // what is done is not held by what comes after it
            var last = CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
                .thenRunAsync(() -> run(piece, work), THREADS);
            piece.done = last;
            for (var node : piece.results) STARTED.put(node, piece);
            if (pieces.alone()) alone = last;
            LAST.put(piece.stream, last);
            last.thenRun(() -> LAST.remove(piece.stream, last));
            last.whenComplete((done, e) -> piece.results.forEach(node -> STARTED.remove(node, piece)));
        }
        return pieces.pieces().stream().map(piece -> piece.done).toList();
    }

    private static void run(Piece piece, Consumer<Piece> work) {
        try {
            work.accept(piece);
        } catch (Throwable t) {
            throw new Failure(t);
        }
    }

    // A failure that somebody was told of is over.
    private static CompletableFuture<Void> after(CompletableFuture<Void> work) {
        return work.exceptionally(e -> {
            if (e instanceof Failure failure && failure.told.get()) return null;
            throw (CompletionException) e;
        });
    }

    /// Waits for what was started on a stream, and for what runs alone.
    ///
    /// @throws RuntimeException what it failed with, once
    static void await(Stream stream) {
        tell(alone);
        var last = LAST.get(stream);
        if (last == null) return;
        try {
            tell(last);
        } finally {
            LAST.remove(stream, last);
        }
    }

    /// Waits for all streams, whatever fails on some.
    static void await() {
        if (LAST.isEmpty()) return;
        RuntimeException first = null;
        for (var stream : List.copyOf(LAST.keySet()))
            try {
                await(stream);
            } catch (RuntimeException e) {
                if (first == null) first = e;
                else first.addSuppressed(e);
            }
        if (first != null) throw first;
    }

    private static void tell(CompletableFuture<Void> work) {
        var failure = failure(work);
        if (failure != null && !failure.told.getAndSet(true)) throw failure.unchecked();
    }

    /// Waits for an evaluation that only the caller waits for.
    ///
    /// @throws RuntimeException what it failed with; if several pieces did, one of them
    static void finish(Collection<CompletableFuture<Void>> pieces) {
        Failure last = null;
        for (var piece : pieces) {
            var failure = failure(piece);
            if (failure == null) continue;
            failure.told.set(true);
            last = failure;
        }
        if (last != null) throw last.unchecked();
    }

    private static @Nullable Failure failure(CompletableFuture<Void> work) {
        try {
            work.join();
            return null;
        } catch (Failure failure) {
            return failure;
        }
    }
}
