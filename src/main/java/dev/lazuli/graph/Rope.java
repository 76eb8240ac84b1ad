package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rotary position embedding of the last two axes, positions × features: pair `i` of the first `dims` features is
/// turned by `scale · position · base^(-2i/dims)`, or by `scale · position / freqs[i]`.
///
/// Inputs: `x` (…, T, D), the position of the first row (…) as `int32`, and, if not `base`, `freqs` (…, dims/2).
///
/// @param traditional whether pairs are neighbours; else features `i` and `i + dims/2`
public record Rope(int dims, boolean traditional, double base, double scale) implements Composite {
    /// @param offset the position of the first row: a scalar, or one for each row of the batch, the first axis
    public static Node of(Node x, int dims, boolean traditional, double base, double scale, Node offset,
                          @Nullable Node freqs) {
        if (x.rank() < 2) throw new IllegalArgumentException("rope: expected (…, T, D), got " + x.shape());
        if (!x.dtype().isFloat()) throw new IllegalArgumentException("rope: expected floating point, got " + x.dtype());
        if (dims <= 0 || dims % 2 != 0 || dims > x.dim(-1))
            throw new IllegalArgumentException("rope: expected an even number of at most " + x.dim(-1)
                + " features, got " + dims);
        if (freqs != null && (freqs.rank() != 1 || freqs.dim(0) != dims / 2))
            throw new IllegalArgumentException("rope: expected freqs of shape (" + dims / 2 + ",), got "
                + freqs.shape());
        var lead = x.shape().range(0, x.rank() - 2);
        var first = offset.to(Dtype.INT32);
        if (first.rank() == 1 && lead.rank() > 1) {
            var column = Shape.of(first.dim(0));
            while (column.rank() < lead.rank()) column = column.insert(-1, 1);
            first = first.reshape(column);
        }
        first = first.broadcast(lead);
        var op = new Rope(dims, traditional, base, scale);
        return Node.of(op, freqs == null ? List.of(x, first)
            : List.of(x, first, freqs.to(Dtype.FLOAT32).broadcast(lead.concat(freqs.shape()))), x.shape(), x.dtype());
    }

    @Override public String label() { return "rope"; }

    @Override public Node decompose(List<Node> in) {
        var x = in.getFirst();
        int half = dims / 2;
        var row = Iota.of(x.dim(-2)).to(Dtype.FLOAT32);
        var position = in.get(1).to(Dtype.FLOAT32).expand(-1).add(row).expand(-1);
        var divisor = in.size() > 2 ? in.get(2).expand(-2) : divisors(half);
        var angle = position.mul(position.like(scale)).div(divisor);
        var cos = Scalar.COS.of(angle);
        var sin = Scalar.SIN.of(angle);
        var used = x.slice(-1, 0, dims).to(Dtype.FLOAT32);
        var lead = x.shape().range(0, x.rank() - 1);
        var pairs = used.reshape(lead.concat(traditional ? Shape.of(half, 2) : Shape.of(2, half)));
        int axis = traditional ? -1 : -2;
        var a = pairs.slice(axis, 0, 1).squeeze(axis);
        var b = pairs.slice(axis, 1, 2).squeeze(axis);
        var turned = Concatenate.of(List.of(a.mul(cos).sub(b.mul(sin)).expand(axis),
            a.mul(sin).add(b.mul(cos)).expand(axis)), axis)
            .reshape(used.shape()).to(x.dtype());
        return dims == x.dim(-1) ? turned : Concatenate.of(List.of(turned, x.slice(-1, dims, x.dim(-1))), -1);
    }

    private Node divisors(int half) {
        var i = Iota.of(half).to(Dtype.FLOAT32);
        return Scalar.EXP.of(i.mul(i.like(Math.log(base) / half)));
    }
}
