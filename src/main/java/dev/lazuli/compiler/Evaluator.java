package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.graph.Node;
import java.util.List;

/// Evaluates nodes: captures what is behind them, finds or makes the plan, runs it.
public final class Evaluator {
    private static final Cache<List<Object>, Plan> PLANS = new Cache<>(Integer.getInteger("lazuli.plans", 512));

    private Evaluator() {}

    /// The device that computes.
    public static Backend backend() { return Backends.CPU; }

    /// Computes the nodes that are not computed yet. Everything else is scratch, except what was scratch before: that
    /// is kept now, so that nothing is computed more than twice.
    public static void eval(List<Node> nodes) {
        var roots = nodes.stream().filter(n -> !(n.state() instanceof Node.Ready)).toList();
        if (roots.isEmpty()) return;
        var capture = new Capture(roots, backend());
        var plan = PLANS.get(capture.signature(), () -> Planner.plan(capture, backend()));
        if (Debug.LEVEL > 0) Debug.print(plan, capture);
        new Run(plan, capture, backend()).run();
    }

    /// How many plans were made so far; equal structures share one.
    public static long plans() { return PLANS.misses(); }
}
