package dev.lazuli.graph;

import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last `rank` axes as axes of other lengths, elements in the same row-major order.
public record Reshape(int rank, Shape to) implements View {
    public static Node of(Node x, Shape to) {
        if (x.shape().equals(to)) return x;
        if (x.shape().size() != to.size())
            throw new IllegalArgumentException("reshape: cannot make " + to + " (" + to.size() + " elements) of "
                + x.shape() + " (" + x.shape().size() + " elements)");
        return Node.of(new Reshape(x.rank(), to), List.of(x), to, x.dtype());
    }

    @Override public String label() { return "reshape"; }

    /// Axes of length 1 come and go freely; anything else might not fit the strides of what is behind.
    @Override public boolean isTransparent(Node out, Node in) {
        return Arrays.equals(lengths(out.shape()), lengths(in.shape()));
    }

    private static int[] lengths(Shape shape) { return Arrays.stream(shape.dims()).filter(d -> d != 1).toArray(); }

    @Override public @Nullable Layout layout(Node out, Layout in) { return in.reshape(out.shape()); }

    @Override public Node transpose(Node in, Node ct) { return ct.reshape(in.shape()); }
}
