package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.compiler.Capture.Entry;
import dev.lazuli.graph.Fill;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.View;
import java.util.ArrayList;
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
                steps.add(new Plan.Call(inputs, read(inputs), i));
            }
        }
    }

    private void fused(Emitter emitter, Entry entry, int i) {
        var reduce = entry.op() instanceof Reduce r ? r : null;
        var programs = emitter.program(reduce == null ? i : entry.inputs()[0]);
        var program = programs.getFirst();
        var kernel = reduce == null ? backend.map(program) : backend.reduce(program, reduce.fold(), reduce.axes());
        var imaginary = programs.size() == 1 ? null : backend.map(programs.getLast());
        var inputs = emitter.arguments();
        var reads = read(inputs.stream().map(Plan.Argument::entry).toList());
        steps.add(new Plan.Fused(kernel, imaginary, program, inputs, reads, i));
    }

    // A step counts once, however often it names an entry.
    private List<Integer> read(List<Integer> inputs) {
        var reads = inputs.stream().distinct().toList();
        for (int x : reads) uses[x]++;
        return reads;
    }
}
