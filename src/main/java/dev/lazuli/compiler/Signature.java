package dev.lazuli.compiler;

import dev.lazuli.compiler.Capture.Entry;
import dev.lazuli.compiler.Capture.Result;
import dev.lazuli.graph.View;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// What decides the plan of a captured graph: its structure and types, without sizes. Equal ones share a plan.
final class Signature {
    private final Object[] operations;
    private final int[] numbers;
    private final int hash;

    Signature(List<Entry> entries, Collection<Result> results) {
        operations = new Object[entries.size()];
        int count = results.size();
        for (var e : entries) count += 1 + e.inputs().length;
        numbers = new int[count];
        int at = 0;
        for (int i = 0; i < operations.length; i++) {
            var e = entries.get(i);
            operations[i] = e.op() == null ? Entry.class : e.op().plan();
            boolean seen = e.op() instanceof View view
                && view.isTransparent(e.node(), entries.get(e.inputs()[0]).node());
            numbers[at++] = e.inputs().length << 8 | e.node().dtype().ordinal() << 1 | (seen ? 1 : 0);
            for (int x : e.inputs()) numbers[at++] = x;
        }
        for (var r : results) numbers[at++] = r.entry();
        hash = 31 * Arrays.hashCode(operations) + Arrays.hashCode(numbers);
    }

    /// How many entries it describes.
    int size() { return operations.length; }

    @Override public boolean equals(Object o) {
        return o instanceof Signature s && hash == s.hash && Arrays.equals(numbers, s.numbers)
            && Arrays.equals(operations, s.operations);
    }

    @Override public int hashCode() { return hash; }
}
