package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.graph.Node;
import java.util.ArrayList;
import java.util.List;

/// Evaluates nodes: captures what is behind them, finds or makes the plan, runs it.
public final class Evaluator {
    private static final Cache<Signature, Plan> PLANS =
        new Cache<>(Integer.getInteger("lazuli.plans", 1 << 19), signature -> 1 + signature.size());

    private Evaluator() {}

    /// The device that computes.
    public static Backend backend() { return Backends.CPU; }

    /// Computes the nodes that are not computed yet. Everything else is scratch, except what was scratch before: that
    /// is kept now, so that nothing is computed more than twice.
    public static void eval(List<Node> nodes) {
        var roots = new ArrayList<Node>();
        for (var node : nodes) if (!(node.state() instanceof Node.Ready)) roots.add(node);
        if (roots.isEmpty()) return;
        var capture = new Capture(roots, backend());
        var plan = PLANS.get(capture.signature(), () -> Planner.plan(capture, backend()));
        if (Debug.LEVEL > 0) Debug.print(plan, capture);
        new Run(plan, capture, backend()).run();
    }

    /// How many plans were made so far; equal structures share one.
    public static long plans() { return PLANS.misses(); }
}
