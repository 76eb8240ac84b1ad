package dev.lazuli;

import static dev.lazuli.Lazuli.arange;
import static dev.lazuli.Lazuli.logicalAnd;
import static dev.lazuli.Lazuli.matmul;
import static dev.lazuli.Lazuli.stack;
import static dev.lazuli.Lazuli.stopGradient;
import static dev.lazuli.Lazuli.take;
import static dev.lazuli.Lazuli.where;

import dev.lazuli.graph.Minifloat;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Packed;
import dev.lazuli.graph.QuantizedMatMul;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Matrix products of packed, chosen, cut and masked matrices, from simpler operations.
final class Products {
    private Products() {}

    // ---- packed ------------------------------------------------------------------------------------------------

    static Quantized quantize(Array w, Quantization format, @Nullable Array globalScale) {
        var q = Packed.quantize(format, w.node(), globalScale == null ? null : globalScale.node());
        return new Quantized(Array.of(q.words()), Array.of(q.scales()),
            q.biases() == null ? null : Array.of(q.biases()));
    }

    static Packed packed(Quantized w, Quantization format) {
        return new Packed(format, w.weight().node(), w.scales().node(), w.biases() == null ? null : w.biases().node());
    }

    static Array gatherQmm(Array x, Quantized w, @Nullable Array lhs, @Nullable Array rhs, boolean transpose,
                           Quantization format) {
        var chosen = new Quantized(chosen("gatherQmm", w.weight(), rhs), chosen("gatherQmm", w.scales(), rhs),
            w.biases() == null ? null : chosen("gatherQmm", w.biases(), rhs));
        return Array.of(QuantizedMatMul.of(chosen("gatherQmm", x, lhs).node(), packed(chosen, format), transpose));
    }

    static Array qqmm(Array x, Quantized w, Quantization format) {
        return Array.of(QuantizedMatMul.of(rounded(x, format).node(), packed(w, format), true));
    }

    static Array qqmm(Array x, Array w, Quantization format) {
        return matmul(rounded(x, format), rounded(w, format).T());
    }

    /// The numbers that packing leaves of x; its slope is 1.
    private static Array rounded(Array x, Quantization format) {
        if (x.rank() == 1) return rounded(x.reshape(1, x.dim(0)), format).reshape(x.shape());
        var rest = packed(quantize(x, format, null), format).dequantize(null).to(x.dtype());
        return stopGradient(Array.of(rest)).add(x.sub(stopGradient(x)));
    }

    static Array toFp8(Array x) {
        if (!x.dtype().isFloat())
            throw new IllegalArgumentException("toFp8: got " + x.dtype() + ", expected floating point");
        return Array.of(Minifloat.E4M3.encode(x.node()).to(Dtype.UINT8));
    }

    static Array fromFp8(Array codes, Dtype dtype) {
        if (codes.dtype() != Dtype.UINT8 || !dtype.isFloat())
            throw new IllegalArgumentException("fromFp8: got " + codes.dtype() + " to " + dtype
                + ", expected uint8 to floating point");
        return Array.of(Minifloat.E4M3.decode(codes.node()).to(dtype));
    }

    // ---- chosen ------------------------------------------------------------------------------------------------

    static Array gatherMm(Array a, Array b, @Nullable Array lhs, @Nullable Array rhs) {
        return matmul(chosen("gatherMm", a, lhs), chosen("gatherMm", b, rhs));
    }

    /// Matrices by their numbers, or all as they are.
    private static Array chosen(String op, Array x, @Nullable Array numbers) {
        if (x.rank() < 2) throw new IllegalArgumentException(op + ": got " + x.shape() + ", expected matrices");
        if (numbers == null) return x;
        int count = Math.toIntExact(x.shape().range(0, x.rank() - 2).size());
        return take(x.reshape(count, x.dim(-2), x.dim(-1)), numbers, 0);
    }

    // ---- cut ---------------------------------------------------------------------------------------------------

    static Array segmentedMm(Array a, Array b, Array segments) {
        if (a.rank() != 2 || b.rank() != 2 || a.dim(1) != b.dim(0))
            throw new IllegalArgumentException("segmentedMm: got " + a.shape() + " and " + b.shape()
                + ", expected (M, K) and (K, N)");
        if (segments.rank() == 0 || segments.dim(-1) != 2 || !segments.dtype().isInteger())
            throw new IllegalArgumentException("segmentedMm: got segments " + segments.shape() + " "
                + segments.dtype() + ", expected (..., 2) integers");
        var lead = segments.shape().without(-1);
        var pairs = segments.reshape(Math.toIntExact(lead.size()), 2);
        var parts = segments.node().state() instanceof Node.Ready && lead.size() > 0 ? slices(a, b, pairs)
            : masked(a, b, pairs);
        return parts.reshape(lead.concat(Shape.of(a.dim(0), b.dim(1))));
    }

    private static Array slices(Array a, Array b, Array pairs) {
        var bounds = pairs.to(Dtype.INT32).toIntArray();
        return stack(IntStream.range(0, bounds.length / 2).mapToObj(i -> {
            int from = bounds[2 * i], to = bounds[2 * i + 1];
            if (from < 0 || to > a.dim(1) || from > to)
                throw new IllegalArgumentException("segmentedMm: got a segment from " + from + " to " + to
                    + ", expected it within 0 to " + a.dim(1));
            return matmul(a.get(Index.all(), Index.range(from, to)), b.get(Index.range(from, to)));
        }).toList(), 0);
    }

    // Outside a segment both are zero: an infinity there must not meet a zero.
    private static Array masked(Array a, Array b, Array pairs) {
        var place = arange(a.dim(1));
        var wide = pairs.to(Dtype.INT32);
        var from = wide.get(Index.all(), Index.range(0, 1));
        var to = wide.get(Index.all(), Index.range(1, 2));
        var inside = logicalAnd(place.ge(from), place.lt(to));
        int count = pairs.dim(0), inner = a.dim(1);
        return matmul(where(inside.reshape(count, 1, inner), a, 0), where(inside.reshape(count, inner, 1), b, 0));
    }

    // ---- masked ------------------------------------------------------------------------------------------------

    static Array blockMaskedMm(Array a, Array b, int block, @Nullable Array maskOut, @Nullable Array maskLhs,
                               @Nullable Array maskRhs) {
        if (block < 1)
            throw new IllegalArgumentException("blockMaskedMm: got blocks of " + block + ", expected 1 or more");
        if (a.rank() < 2 || b.rank() < 2)
            throw new IllegalArgumentException("blockMaskedMm: got " + a.shape() + " and " + b.shape()
                + ", expected matrices");
        return masked(matmul(masked(a, maskLhs, block), masked(b, maskRhs, block)), maskOut, block);
    }

    private static Array masked(Array x, @Nullable Array mask, int block) {
        if (mask == null) return x;
        int rows = x.dim(-2), columns = x.dim(-1);
        int down = (rows + block - 1) / block, across = (columns + block - 1) / block;
        if (mask.rank() < 2 || mask.dim(-2) != down || mask.dim(-1) != across)
            throw new IllegalArgumentException("blockMaskedMm: got a mask " + mask.shape() + " of " + x.shape()
                + ", expected (..., " + down + ", " + across + ") for blocks of " + block);
        var lead = mask.shape().range(0, mask.rank() - 2);
        var each = mask.reshape(lead.concat(Shape.of(down, 1, across, 1)))
            .broadcastTo(lead.concat(Shape.of(down, block, across, block)).dims())
            .reshape(lead.concat(Shape.of(down * block, across * block)))
            .get(Index.ellipsis(), Index.range(0, rows), Index.range(0, columns));
        return mask.dtype().isBool() ? where(each, x, 0) : x.mul(each.to(x.dtype()));
    }
}
