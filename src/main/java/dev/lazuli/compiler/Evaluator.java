package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.event.Evaluation;
import dev.lazuli.event.PlanMade;
import dev.lazuli.graph.Node;
import dev.lazuli.type.Device;
import dev.lazuli.type.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Evaluates nodes: captures what is behind them, finds or makes the plan, runs it.
public final class Evaluator {
    private static final Cache<Signature, Plan> PLANS =
        new Cache<>(Integer.getInteger("lazuli.plans", 1 << 19), signature -> 1 + signature.size());

    private Evaluator() {}

    /// Begins to compute the nodes on their streams, and returns at once; whoever needs arrays waits.
    public static void start(List<Node> nodes) { Queues.start(Pieces.of(nodes), Evaluator::compute); }

    /// Waits for all that was started, on every stream.
    ///
    /// @throws RuntimeException what it failed with, once
    public static void await() { Queues.await(); }

    /// Waits for all that was started on a stream.
    ///
    /// @throws RuntimeException what it failed with, once
    public static void await(Stream stream) { Queues.await(stream); }

    /// Computes the nodes that are not computed yet. Everything else is scratch, except what was scratch before: that
    /// is kept now, so that nothing is computed more than twice.
    ///
    /// What belongs to one stream is computed by the caller, after what was started there; otherwise each stream
    /// computes its pieces.
    public static void eval(List<Node> nodes) {
        var pieces = Pieces.of(nodes);
        var all = pieces.pieces();
        if (!Queues.isHere()) {
            if (pieces.alone()) Queues.await();
            else all.forEach(piece -> Queues.await(piece.stream));
            if (all.size() > 1 || !all.getFirst().needs.isEmpty()) {
                Queues.finish(Queues.start(pieces, Watch.watching(Evaluator::compute)));
                return;
            }
        }
        all.forEach(Evaluator::compute);
    }

    /// Computes nodes in the memory of arrays that are given to them, and lost, wherever nobody else sees it.
    public static void eval(List<Node> nodes, Set<Node> given) {
        if (!Queues.isHere()) Queues.await();
        compute(nodes, given, Stream.current().device());
    }

    private static void compute(Pieces.Piece piece) { compute(piece.results, Set.of(), piece.stream.device()); }

    private static void compute(Collection<Node> nodes, Set<Node> given, Device device) {
        var roots = new ArrayList<Node>();
        for (var node : nodes) if (!(node.state() instanceof Node.Ready)) roots.add(node);
        if (roots.isEmpty()) return;
        var event = new Evaluation();
        event.begin();
        var backend = Backends.of(device);
        var capture = new Capture(roots, backend);
        var plan = PLANS.get(capture.signature(), () -> plan(capture, backend));
        if (Debug.LEVEL > 0) Debug.print(plan, capture);
        new Run(plan, capture, backend, given).run();
        if (!event.shouldCommit()) return;
        event.results = roots.size();
        event.entries = capture.entries.size();
        event.steps = plan.steps().size();
        event.commit();
    }

    private static Plan plan(Capture capture, Backend backend) {
        var event = new PlanMade();
        event.begin();
        var plan = Planner.plan(capture, backend);
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
