package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The places of the elements of the last axis in ascending order, as `uint32`: equal ones as they come, NaN last.
public record ArgSort() implements Structure {
    public static Node of(String label, Node x, int axis) {
        int a = x.shape().axis(label, axis);
        var last = Permute.move(x, a, -1);
        return Permute.move(Node.of(new ArgSort(), List.of(last), last.shape(), Dtype.UINT32), -1, a);
    }

    @Override public String label() { return "argsort"; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return Arrays.asList((Node) null); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
