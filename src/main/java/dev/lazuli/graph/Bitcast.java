package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of the last axis read as another type.
public record Bitcast(Dtype from, Dtype to) implements View {
    public static Node of(Node x, Dtype to) {
        if (x.dtype() == to) return x;
        int a = x.dtype().bytes();
        int b = to.bytes();
        var shape = x.shape();
        if (a != b) {
            long bytes = x.rank() == 0 ? -1 : (long) x.dim(-1) * a;
            if (bytes < 0 || bytes % b != 0)
                throw new IllegalArgumentException("view: the last axis of " + shape + " " + x.dtype()
                    + " is not a whole number of " + to + " elements");
            shape = shape.with(-1, Math.toIntExact(bytes / b));
        }
        return Node.of(new Bitcast(x.dtype(), to), List.of(x), shape, to);
    }

    @Override public String label() { return "view"; }

    @Override public @Nullable Layout layout(Node out, Layout in) {
        int a = from.bytes();
        int b = to.bytes();
        if (a == b) return in;
        var strides = in.strides().clone();
        int last = strides.length - 1;
        if (in.shape().dim(last) != 1 && strides[last] != 1) return null;
        for (int i = 0; i < last; i++) {
            if (strides[i] * a % b != 0) return null;
            strides[i] = strides[i] * a / b;
        }
        if (in.offset() * a % b != 0) return null;
        strides[last] = 1;
        return new Layout(out.shape(), strides, in.offset() * a / b);
    }

    @Override public @Nullable Node transpose(Node in, Node ct) { return null; }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
