package dev.lazuli.compiler;

import dev.lazuli.compiler.Capture.Entry;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides which elementwise operations are computed inside the kernel of their consumer.
///
/// One joins a kernel if all its consumers are in that kernel and see it through the same views, and nobody asked for
/// its values. Views that only rearrange are looked through; consumers are kernels of elementwise operations and
/// reductions. Each decision takes one look at the consumers, last entry first.
final class Fuser {
    /// More operations than this in one loop spill registers, and meet the limits of the JIT compiler.
    private static final int MOST = 32;
    /// Views that a kernel looks through, one behind the other: each is a step of a recursion.
    private static final int DEEPEST = 8;

    /// The kernel an entry belongs to, and the views between them; a kernel is named by its last entry.
    record Place(int kernel, @Nullable Path views) {}

    record Path(int view, @Nullable Path rest, int length) {}

    private final List<Entry> entries;
    private final Place[] offers;
    private final boolean[] open;
    private final int[] sizes;
    /// Where an entry is computed: a kernel of its own, or somebody else's. Null for what is not fused.
    final Place[] places;

    Fuser(List<Entry> entries, boolean[] kept) {
        this.entries = entries;
        int n = entries.size();
        offers = new Place[n];
        open = new boolean[n];
        places = new Place[n];
        sizes = new int[n];
        java.util.Arrays.fill(open, true);
        for (int i = n - 1; i >= 0; i--) decide(i, kept[i]);
    }

    private void decide(int i, boolean kept) {
        var entry = entries.get(i);
        var joined = kept || !open[i] ? null : offers[i];
        switch (entry.op()) {
            case Scalar op -> {
                if (joined == null || sizes[joined.kernel] >= MOST) joined = new Place(i, null);
                places[i] = joined;
                sizes[joined.kernel]++;
                for (int x : entry.inputs()) offer(x, joined);
            }
            case Reduce op -> {
                places[i] = new Place(i, null);
                offer(entry.inputs()[0], places[i]);
            }
            case View view -> {
                int x = entry.inputs()[0];
                int length = joined == null || joined.views == null ? 1 : joined.views.length + 1;
                if (joined != null && length <= DEEPEST && view.isTransparent(entry.node(), entries.get(x).node())) {
                    places[i] = new Place(joined.kernel, new Path(i, joined.views, length));
                    offer(x, places[i]);
                } else open[x] = false;
            }
            case null, default -> {
                for (int x : entry.inputs()) open[x] = false;
            }
        }
    }

    private void offer(int x, Place place) {
        if (offers[x] == null) offers[x] = place;
        else if (!offers[x].equals(place)) open[x] = false;
    }

    /// Whether the entry is computed inside another's kernel.
    boolean isInside(int entry) { return places[entry] != null && places[entry].kernel != entry; }
}
