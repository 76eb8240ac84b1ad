package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.graph.Composite;
import dev.lazuli.graph.Fill;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Identity;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Primitive;
import dev.lazuli.graph.StopGradient;
import dev.lazuli.graph.Structure;
import dev.lazuli.graph.View;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// What an evaluation has to compute, as a list: inputs before what is made of them, equal operations once, composites
/// that no kernel claims replaced by their meaning, stand-ins by what they stand for.
final class Capture {
    /// An entry of the list: an array in memory if it has no operation.
    record Entry(Node node, Primitive op, int[] inputs) {}

    /// A node that keeps its result, and the entry that computes it.
    record Result(Node node, int entry) {}

    private record Same(Primitive op, List<Integer> inputs, Shape shape, Dtype dtype) {}

    final List<Entry> entries = new ArrayList<>();
    final SequencedSet<Result> results = new LinkedHashSet<>();
    /// Nodes that are computed and then forgotten.
    final List<Node> scratch = new ArrayList<>();
    private final Map<Node, Integer> places = new IdentityHashMap<>();
    private final Map<Node, Node> meanings = new IdentityHashMap<>();
    private final Map<Same, Integer> known = new HashMap<>();
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
        if (places.containsKey(node)) {
            stack.pop();
            return;
        }
        switch (node.state()) {
            case Node.Ready ready -> add(node, null, new int[0]);
            case Node.Donated donated -> throw new IllegalStateException(
                "eval: this array gave its memory to " + donated.to() + "; use the result of that");
            case Node.Pending pending -> {
                var step = meaning(node, pending);
                boolean waits = false;
                for (var x : step.inputs())
                    if (!places.containsKey(x)) {
                        stack.push(x);
                        waits = true;
                    }
                if (waits) return;
                place(node, step);
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
        var meaning = meanings.computeIfAbsent(node, n -> composite.decompose(pending.inputs()));
        return new Node.Pending(new Identity(), List.of(meaning));
    }

    private void place(Node node, Node.Pending step) {
        var op = step.op();
        var inputs = new int[step.inputs().size()];
        for (int i = 0; i < inputs.length; i++) inputs[i] = places.get(step.inputs().get(i));
        if (op instanceof Identity || op instanceof StopGradient) {
            places.put(node, inputs[0]);
        } else {
            var same = new Same(op, Arrays.stream(inputs).boxed().toList(), node.shape(), node.dtype());
            var place = known.get(same);
            if (place == null) known.put(same, add(node, op, inputs));
            else places.put(node, place);
        }
    }

    // What was scratch before is kept now; views and constants cost nothing to make again.
    private void keep(Node node, Primitive op) {
        boolean donates = op instanceof Structure s && s.donating();
        if (node.isRecomputed() || donates) results.add(new Result(node, places.get(node)));
        else if (!(op instanceof View || op instanceof Fill)) scratch.add(node);
    }

    private int add(Node node, Primitive op, int[] inputs) {
        int place = entries.size();
        entries.add(new Entry(node, op, inputs));
        places.put(node, place);
        return place;
    }

    /// What decides the plan: the structure of the list, without sizes.
    List<Object> signature() {
        var key = new ArrayList<Object>(4 * entries.size());
        for (var e : entries) {
            key.add(e.op == null ? "" : e.op.plan());
            for (int i : e.inputs) key.add(i);
            key.add(e.node.dtype());
            if (e.op instanceof View view) key.add(view.isTransparent(e.node, entries.get(e.inputs[0]).node));
        }
        for (var r : results) key.add(r.entry);
        return key;
    }
}
