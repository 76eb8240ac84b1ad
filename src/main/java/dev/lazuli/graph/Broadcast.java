package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.List;
import java.util.stream.IntStream;

/// The last `rank` axes repeated up to the shape `to`, aligned at the end.
public record Broadcast(int rank, Shape to) implements View {
    public static Node of(Node x, Shape to) { return of("broadcastTo", x, to); }

    /// @param op whose message it is if the shapes do not fit
    public static Node of(String op, Node x, Shape to) {
        if (x.shape().equals(to)) return x;
        if (x.rank() > to.rank() || !x.shape().broadcast(op, to).equals(to))
            throw new IllegalArgumentException(op + ": " + x.shape() + " does not broadcast to " + to);
        return Node.of(new Broadcast(x.rank(), to), List.of(x), to, x.dtype());
    }

    @Override public String label() { return "broadcast"; }

    @Override public Layout layout(Node out, Layout in) {
        int lead = in.shape().rank() - rank;
        var padded = in.shape().range(0, lead);
        for (int i = rank; i < to.rank(); i++) padded = padded.insert(lead, 1);
        // a new axis between batch and trailing axes has length 1, so any stride serves
        var strides = new long[out.rank()];
        System.arraycopy(in.strides(), 0, strides, 0, lead);
        System.arraycopy(in.strides(), lead, strides, lead + to.rank() - rank, rank);
        return new Layout(padded.concat(in.shape().range(lead, in.shape().rank())), strides, in.offset())
            .broadcast(out.shape());
    }

    @Override public Node transpose(Node in, Node ct) {
        var from = in.shape();
        int lead = from.rank() - rank;
        int added = to.rank() - rank;
        var axes = IntStream.range(lead, ct.rank())
            .filter(i -> i < lead + added || from.dim(i - added) != ct.dim(i)).toArray();
        return axes.length == 0 ? ct.reshape(from) : ct.sum(false, axes).reshape(from);
    }
}
