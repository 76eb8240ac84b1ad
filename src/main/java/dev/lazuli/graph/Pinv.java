package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pseudo-inverse: singular values below `10·max(m, n)·ε` of the largest count as zero.
public record Pinv() implements Composite {
    public static Node of(Node x) {
        Matrices.check("pinv", x);
        var shape = Matrices.lead(x, x.dim(-1), x.dim(-2));
        return shape.size() == 0 ? Node.constant(0, x.dtype()).broadcast(shape)
            : Node.of(new Pinv(), List.of(x), shape, x.dtype());
    }

    @Override public String label() { return "pinv"; }

    @Override public Node decompose(List<Node> in) {
        var x = in.getFirst();
        int m = x.dim(-2), n = x.dim(-1);
        var svd = new Svd(Svd.Vectors.THIN);
        var factors = Svd.of("pinv", x, svd.vectors());
        var s = Svd.s(factors, m, n);
        double eps = x.dtype() == Dtype.FLOAT64 ? 0x1p-52 : 0x1p-23;
        var small = s.max(true, -1).mul(s.like(10.0 * Math.max(m, n) * eps));
        var kept = small.lt(s);
        var inverse = kept.select(kept.select(s, s.one()).reciprocal(), s.zero());
        return svd.vt(factors, m, n).transpose().mul(inverse.expand(-2))
            .matmul(svd.u(factors, m, n).transpose());
    }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(Factorisation.transpose(this, in.getFirst(), out, ct));
    }

    // Golub and Pereyra's, where the rank stays; that of the factors fails where singular values are equal.
    @Override public Node jvp(List<Node> in, Node p, List<@Nullable Node> tangents) {
        var a = in.getFirst();
        var t = tangents.getFirst();
        var tt = t.transpose();
        var pt = p.transpose();
        var outside = tt.sub(tt.matmul(a.matmul(p)));
        var across = tt.sub(p.matmul(a).matmul(tt));
        return p.matmul(pt.matmul(outside)).add(across.matmul(pt).matmul(p)).sub(p.matmul(t).matmul(p));
    }
}
