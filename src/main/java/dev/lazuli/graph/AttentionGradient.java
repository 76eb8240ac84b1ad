package dev.lazuli.graph;

import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cotangents of `Attention`'s queries, keys and values, flat in one row after the axes before the heads.
///
/// Inputs: those of the attention, its result, and the cotangent of it. The result follows from the others: it is
/// there because a kernel that has it need not compute it again.
public record AttentionGradient(Attention attention) implements Composite {
    static Node of(Attention attention, List<Node> in, Node out, Node ct) {
        var all = new ArrayList<>(in);
        all.add(out);
        all.add(ct);
        long size = in.subList(0, 3).stream().mapToLong(x -> inner(x).size()).sum();
        return Node.of(new AttentionGradient(attention), all,
            out.shape().range(0, out.rank() - 3).concat(Shape.of(Math.toIntExact(size))), out.dtype());
    }

    private static Shape inner(Node x) { return x.shape().range(x.rank() - 3, x.rank()); }

    /// The cotangent of each of the inputs, where there is one.
    static List<@Nullable Node> parts(Node flat, List<Node> in) {
        var parts = Arrays.asList(new @Nullable Node[in.size()]);
        int from = 0;
        for (int i = 0; i < 3; i++) {
            var x = in.get(i);
            parts.set(i, Matrices.part(flat, from, inner(x).dims()).to(x.dtype()));
            from += Math.toIntExact(inner(x).size());
        }
        return parts;
    }

    @Override public String label() { return "scaledDotProductAttention'"; }

    @Override public Node decompose(List<Node> in) {
        int given = in.size() - 2;
        var ct = in.getLast();
        var parts = attention.plain(in.subList(0, given), ct).subList(0, 3);
        return Matrices.flat(ct.shape().range(0, ct.rank() - 3),
            parts.stream().map(x -> x.to(ct.dtype())).toArray(Node[]::new));
    }
}
