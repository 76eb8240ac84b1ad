package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.compiler.Capture.Entry;
import dev.lazuli.graph.Fill;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Turns a captured graph into a plan: fuses, orders, and counts the readers of each entry.
final class Planner {
    private final List<Entry> entries;
    private final Fuser fuser;
    private final Backend backend;
    private final List<Plan.Step> steps = new ArrayList<>();
    private final int[] uses;

    private Planner(Capture capture, boolean[] kept, Backend backend) {
        this.entries = capture.entries;
        this.fuser = new Fuser(entries, kept);
        this.backend = backend;
        this.uses = new int[entries.size()];
    }

    static Plan plan(Capture capture, Backend backend) {
        var kept = new boolean[capture.entries.size()];
        for (var r : capture.results) kept[r.entry()] = true;
        var planner = new Planner(capture, kept, backend);
        for (int i = 0; i < kept.length; i++) planner.step(i);
        for (int i = 0; i < kept.length; i++) if (kept[i]) planner.uses[i]++;
        return new Plan(List.copyOf(planner.steps), planner.uses);
    }

    private void step(int i) {
        var entry = entries.get(i);
        if (entry.op() == null || fuser.isInside(i)) return;
        switch (entry.op()) {
            case Fill op -> steps.add(new Plan.Constant(i));
            case View view -> {
                uses[entry.inputs()[0]]++;
                steps.add(new Plan.Show(entry.inputs()[0], i));
            }
            case Scalar op -> fused(new Emitter(entries, fuser, i), entry, i);
            case Reduce op -> fused(new Emitter(entries, fuser, i), entry, i);
            default -> {
                var inputs = java.util.Arrays.stream(entry.inputs()).boxed().toList();
                read(inputs);
                steps.add(new Plan.Call(inputs, i));
            }
        }
    }

    private void fused(Emitter emitter, Entry entry, int i) {
        if (entry.op() instanceof Reduce reduce) {
            var program = emitter.program(entry.inputs()[0]).getFirst();
            steps.add(new Plan.Fused(backend.reduce(program, reduce.fold(), reduce.axes()), null, emitter.arguments(), i,
                program + entry.node().toString()));
        } else {
            var programs = emitter.program(i);
            var imaginary = programs.size() == 1 ? null : backend.map(programs.getLast());
            steps.add(new Plan.Fused(backend.map(programs.getFirst()), imaginary, emitter.arguments(), i,
                programs.getFirst() + entry.node().toString()));
        }
        read(emitter.arguments().stream().map(Plan.Argument::entry).toList());
    }

    // A step counts once, however often it names an entry.
    private void read(List<Integer> inputs) { new HashSet<>(inputs).forEach(x -> uses[x]++); }
}
