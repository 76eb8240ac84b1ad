package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.event.Fallback;
import dev.lazuli.graph.Barrier;
import dev.lazuli.graph.Call;
import dev.lazuli.graph.Composite;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Identity;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Primitive;
import dev.lazuli.graph.StopGradient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// What an evaluation has to compute, as a list: inputs before what is made of them, equal operations once, composites
/// that no kernel claims replaced by their meaning, stand-ins by what they stand for.
final class Capture {
    /// An entry of the list: an array in memory if it has no operation. Entries with one are equal if they compute the
    /// same.
    record Entry(Node node, @Nullable Primitive op, int[] inputs, int place) {
        @Override public boolean equals(Object o) {
            return o instanceof Entry e && op != null && op.equals(e.op) && Arrays.equals(inputs, e.inputs)
                && node.dtype() == e.node.dtype() && node.shape().equals(e.node.shape());
        }

        @Override public int hashCode() {
            int hash = op == null ? 0 : op.hashCode();
            for (int x : inputs) hash = 31 * hash + x;
            return 31 * hash + node.shape().hashCode();
        }
    }

    /// A node that keeps its result, and the entry that computes it.
    record Result(Node node, int entry) {}

    private static final int[] NONE = {};

    final List<Entry> entries = new ArrayList<>();
    final SequencedSet<Result> results = new LinkedHashSet<>();
    /// Nodes that are computed and then forgotten.
    final List<Node> scratch = new ArrayList<>();
    private final Places places = new Places();
    private final Map<Node, Node> meanings = new IdentityHashMap<>();
    private final Map<Entry, Entry> known = new HashMap<>();
    private final Backend backend;

    Capture(List<Node> roots, Backend backend) {
        this.backend = backend;
        var stack = new ArrayDeque<Node>();
        for (var root : roots) {
            stack.push(root);
            while (!stack.isEmpty()) visit(stack);
            results.add(new Result(root, places.get(root)));
        }
    }

    private void visit(ArrayDeque<Node> stack) {
        var node = stack.peek();
        if (places.get(node) >= 0) {
            stack.pop();
            return;
        }
        switch (node.state()) {
            case Node.Ready ready -> add(new Entry(node, null, NONE, entries.size()));
            case Node.Donated donated -> throw new IllegalStateException(
                "eval: this array gave its memory away; use the result of the update that took it");
            case Node.Pending pending -> {
                var step = meaning(node, pending);
                boolean waits = false;
                var inputs = new int[step.inputs().size()];
                for (int i = 0; i < inputs.length; i++) {
                    inputs[i] = places.get(step.inputs().get(i));
                    if (inputs[i] >= 0) continue;
                    stack.push(step.inputs().get(i));
                    waits = true;
                }
                if (waits) return;
                place(node, step.op(), inputs);
                keep(node, pending.op());
            }
        }
        stack.pop();
    }

    // An unclaimed composite becomes a stand-in for its meaning.
    private Node.Pending meaning(Node node, Node.Pending pending) {
        if (pending.op() instanceof Hole hole)
            throw new IllegalStateException("eval: the values of an argument of " + hole.name()
                + " are not known while it is being traced; move item(), printing and conversions out of the function");
        if (!(pending.op() instanceof Composite composite) || backend.claims(composite, node)) return pending;
        var meaning = meanings.computeIfAbsent(node, n -> {
            var event = new Fallback();
            if (event.isEnabled() && !(composite instanceof Call)) {
                event.operation = node.toString();
                event.reason = "no kernel of " + backend.name() + " claims it: its meaning is computed";
                event.commit();
            }
            return composite.decompose(pending.inputs());
        });
        return new Node.Pending(new Identity(), List.of(meaning), pending.stream());
    }

    private void place(Node node, Primitive op, int[] inputs) {
        if (op instanceof Identity || op instanceof StopGradient) {
            places.put(node, inputs[0]);
            return;
        }
        // a barrier has waited when it is placed
        var entry = new Entry(node, op, op instanceof Barrier ? new int[] {inputs[0]} : inputs, entries.size());
        var same = known.putIfAbsent(entry, entry);
        if (same == null) add(entry);
        else places.put(node, same.place);
    }

    // What was scratch before is kept now; views and constants cost nothing to make again.
    private void keep(Node node, Primitive op) {
        if (node.isRecomputed() || op.donating()) results.add(new Result(node, places.get(node)));
        else if (!op.isFree()) scratch.add(node);
    }

    private void add(Entry entry) {
        entries.add(entry);
        places.put(entry.node, entry.place);
    }

    Signature signature() { return new Signature(entries, results); }
}
