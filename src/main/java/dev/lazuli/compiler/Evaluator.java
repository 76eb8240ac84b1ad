package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.event.Evaluation;
import dev.lazuli.event.PlanMade;
import dev.lazuli.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/// Evaluates nodes: captures what is behind them, finds or makes the plan, runs it.
public final class Evaluator {
    private static final Cache<Signature, Plan> PLANS =
        new Cache<>(Integer.getInteger("lazuli.plans", 1 << 19), signature -> 1 + signature.size());

    private static final String NAME = "lazuli-eval";
    private static final Executor BACKGROUND =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(NAME).factory());
    private static volatile CompletableFuture<Void> started = CompletableFuture.completedFuture(null);

    private Evaluator() {}

    /// The device that computes.
    public static Backend backend() { return Backends.CPU; }

    /// Computes the nodes on a thread of their own, after what was started before; whoever needs arrays waits.
    public static void start(List<Node> nodes) {
        synchronized (BACKGROUND) {
            var before = started;
            started = CompletableFuture.runAsync(() -> {
                before.join(); // a failure fails what follows as well
                compute(nodes);
            }, BACKGROUND);
        }
    }

    /// Waits for all that was started.
    ///
    /// @throws RuntimeException what it failed with, once
    public static void await() {
        if (started.isDone() && !started.isCompletedExceptionally() || Thread.currentThread().getName().equals(NAME))
            return;
        var waiting = started;
        try {
            waiting.join();
        } catch (CompletionException e) {
            synchronized (BACKGROUND) {
                if (started == waiting) started = CompletableFuture.completedFuture(null);
            }
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    /// Computes the nodes that are not computed yet. Everything else is scratch, except what was scratch before: that
    /// is kept now, so that nothing is computed more than twice.
    public static void eval(List<Node> nodes) {
        await();
        compute(nodes);
    }

    private static void compute(List<Node> nodes) {
        var roots = new ArrayList<Node>();
        for (var node : nodes) if (!(node.state() instanceof Node.Ready)) roots.add(node);
        if (roots.isEmpty()) return;
        var event = new Evaluation();
        event.begin();
        var capture = new Capture(roots, backend());
        var plan = PLANS.get(capture.signature(), () -> plan(capture));
        if (Debug.LEVEL > 0) Debug.print(plan, capture);
        new Run(plan, capture, backend()).run();
        if (!event.shouldCommit()) return;
        event.results = roots.size();
        event.entries = capture.entries.size();
        event.steps = plan.steps().size();
        event.commit();
    }

    private static Plan plan(Capture capture) {
        var event = new PlanMade();
        event.begin();
        var plan = Planner.plan(capture, backend());
        if (event.shouldCommit()) {
            event.entries = capture.entries.size();
            event.steps = plan.steps().size();
            event.commit();
        }
        return plan;
    }

    /// How many plans were made so far; equal structures share one.
    public static long plans() { return PLANS.misses(); }
}
