package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;

/// MLX's affine quantisation: each group of `group` elements of the last axis is `q · scale + bias`, with `q` of `bits`
/// bits, packed into `uint32` words from the lowest bits up.
public record Affine(int group, int bits) {
    public Affine {
        if (bits != 2 && bits != 4 && bits != 8)
            throw new IllegalArgumentException("quantize: expected 2, 4 or 8 bits, got " + bits);
        if (group != 32 && group != 64 && group != 128)
            throw new IllegalArgumentException("quantize: expected groups of 32, 64 or 128, got " + group);
    }

    /// A packed matrix and what its groups are scaled and shifted by.
    public record Quantized(Node words, Node scales, Node biases) {}

    private int perWord() { return 32 / bits; }

    private double levels() { return (1 << bits) - 1; }

    private Node shifts() {
        var i = Iota.of(perWord()).to(Dtype.UINT32);
        return i.mul(i.like(bits));
    }

    /// Packed words, scales and biases of `w` (…, N, K), K a multiple of the group.
    ///
    /// The bias is the extreme of larger magnitude, which is then exact, so a scale may be negative.
    public Quantized quantize(Node w) {
        if (w.rank() < 2 || w.dim(-1) % group != 0)
            throw new IllegalArgumentException("quantize: expected a last axis that is a multiple of " + group
                + ", got " + w.shape());
        if (!w.dtype().isFloat())
            throw new IllegalArgumentException("quantize: expected floating point, got " + w.dtype());
        var lead = w.shape().range(0, w.rank() - 1);
        var x = w.reshape(lead.concat(Shape.of(w.dim(-1) / group, group))).to(Dtype.FLOAT32);
        var high = x.max(true, -1);
        var low = Reduce.of(Scalar.MIN, x, true, -1);
        var fromLow = Scalar.LT.of(Scalar.ABS.of(high), Scalar.ABS.of(low));
        var width = Scalar.MAX.of(high.sub(low).div(high.like(levels())), high.like(1e-7));
        var step = Scalar.SELECT.of(fromLow, width, width.neg());
        var edge = Scalar.SELECT.of(fromLow, low, high);
        var whole = Scalar.ROUND.of(edge.div(step));
        var flat = Scalar.EQ.of(whole, whole.zero());
        var scale = Scalar.SELECT.of(flat, step, edge.div(whole));
        var bias = Scalar.SELECT.of(flat, edge.zero(), edge);
        var q = Scalar.ROUND.of(x.sub(bias).div(scale));
        q = Scalar.MIN.of(Scalar.MAX.of(q, q.zero()), q.like(levels())).to(Dtype.UINT32);
        var words = q.reshape(lead.concat(Shape.of(w.dim(-1) / perWord(), perWord())));
        return new Quantized(Scalar.SHIFT_LEFT.of(words, shifts()).sum(false, -1),
            scale.squeeze(-1).to(w.dtype()), bias.squeeze(-1).to(w.dtype()));
    }

    /// The matrix (…, N, K) of packed words (…, N, K·bits/32), scales and biases (…, N, K/group).
    public Node dequantize(Node words, Node scales, Node biases) {
        check("dequantize", words, scales, biases);
        var lead = words.shape().range(0, words.rank() - 1);
        int k = words.dim(-1) * perWord();
        var field = Scalar.SHIFT_RIGHT.of(words.expand(-1), shifts());
        var q = Scalar.AND.of(field, field.like(levels()));
        var groups = q.reshape(lead.concat(Shape.of(k / group, group))).to(scales.dtype());
        return groups.mul(scales.expand(-1)).add(biases.expand(-1)).reshape(lead.concat(Shape.of(k)));
    }

    void check(String op, Node words, Node scales, Node biases) {
        if (words.dtype() != Dtype.UINT32)
            throw new IllegalArgumentException(op + ": expected packed uint32 words, got " + words.dtype());
        if (!scales.dtype().isFloat() || scales.dtype() != biases.dtype() || !scales.shape().equals(biases.shape()))
            throw new IllegalArgumentException(op + ": expected scales and biases alike, got " + scales + " and "
                + biases);
        var fit = words.rank() >= 2 && scales.rank() == words.rank()
            && words.shape().without(-1).equals(scales.shape().without(-1))
            && (long) words.dim(-1) * perWord() == (long) scales.dim(-1) * group;
        if (!fit)
            throw new IllegalArgumentException(op + ": words " + words.shape() + " and scales " + scales.shape()
                + " do not fit groups of " + group + " and " + bits + " bits");
    }

    /// `x · wᵀ`, or `x · w` if not `transpose`, of packed `w`; leading axes broadcast.
    public Node matmul(Node x, Node words, Node scales, Node biases, boolean transpose) {
        check("quantizedMatmul", words, scales, biases);
        if (!x.dtype().isFloat())
            throw new IllegalArgumentException("quantizedMatmul: expected floating point, got " + x.dtype());
        int columns = words.dim(-1) * perWord();
        int inner = transpose ? columns : words.dim(-2);
        if (x.rank() == 0 || x.dim(-1) != inner)
            throw new IllegalArgumentException("quantizedMatmul: inner dimensions differ: " + x.shape() + " · "
                + words.shape() + " of " + bits + " bits" + (transpose ? ", transposed" : ""));
        if (x.rank() == 1) return matmul(x.expand(0), words, scales, biases, transpose).squeeze(-2);
        var dtype = x.dtype().promote(scales.dtype());
        var xLead = x.shape().range(0, x.rank() - 2);
        var wLead = words.shape().range(0, words.rank() - 2);
        var lead = wLead.rank() == 0 ? xLead : xLead.broadcast("quantizedMatmul", wLead);
        var op = new QuantizedMatMul(this, transpose);
        var in = List.of(spread(x.to(dtype), lead), spread(words, lead), spread(scales, lead), spread(biases, lead));
        return Node.of(op, in, lead.concat(Shape.of(x.dim(-2), transpose ? words.dim(-2) : columns)), dtype);
    }

    private static Node spread(Node x, Shape lead) {
        return x.broadcast(lead.concat(x.shape().range(x.rank() - 2, x.rank())));
    }
}
