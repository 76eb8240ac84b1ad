package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A quantised matrix (…, N, K).
///
/// @param words (…, N, K · bits / 32), `uint32`
/// @param scales (…, N, K / group): floats, or bytes in the floating-point modes
/// @param biases as scales in affine mode, else null
public record Packed(Quantization format, Node words, Node scales, @Nullable Node biases) {
    /// What nvfp4 divides by the scale of the whole matrix, its largest number: the largest of a group's numbers.
    private static final double LARGEST = Minifloat.E4M3.max() * Minifloat.E2M1.max();

    /// @param globalScale in nvfp4 what the largest number of all is scaled by, else null
    public static Packed quantize(Quantization format, Node w, @Nullable Node globalScale) {
        int group = format.group();
        if (w.rank() < 2 || w.dim(-1) % group != 0)
            throw new IllegalArgumentException("quantize: got " + w.shape() + ", expected a matrix with a multiple of "
                + group + " columns");
        if (!w.dtype().isFloat())
            throw new IllegalArgumentException("quantize: got " + w.dtype() + ", expected floating point");
        checkGlobal("quantize", format, globalScale);
        var lead = w.shape().range(0, w.rank() - 1);
        var x = w.reshape(lead.concat(Shape.of(w.dim(-1) / group, group))).to(Dtype.FLOAT32);
        return format.isAffine() ? affine(format, x, w) : floating(format, x, w, globalScale);
    }

    // The bias is the extreme of larger magnitude, which is then exact, so a scale may be negative.
    private static Packed affine(Quantization format, Node x, Node w) {
        var high = x.max(true, -1);
        var low = Reduce.of(Scalar.MIN, x, true, -1);
        var fromLow = Scalar.ABS.of(high).lt(Scalar.ABS.of(low));
        var width = Scalar.MAX.of(high.sub(low).div(high.like(format.mask())), high.like(1e-7));
        var step = fromLow.select(width, width.neg());
        var edge = fromLow.select(low, high);
        var whole = Scalar.ROUND.of(edge.div(step));
        var flat = whole.eq(whole.zero());
        var scale = flat.select(step, edge.div(whole));
        var bias = flat.select(edge.zero(), edge);
        var q = Scalar.ROUND.of(x.sub(bias).div(scale));
        q = Scalar.MIN.of(Scalar.MAX.of(q, q.zero()), q.like(format.mask())).to(Dtype.UINT32);
        return new Packed(format, BitStream.of(format.bits()).pack(q.reshape(w.shape())),
            scale.squeeze(-1).to(w.dtype()), bias.squeeze(-1).to(w.dtype()));
    }

    private static Packed floating(Quantization format, Node x, Node w, @Nullable Node globalScale) {
        var numbers = numbers(format);
        var most = Scalar.ABS.of(x).max(true, -1);
        most = most.div(most.like(numbers.max()));
        var scales = switch (format.mode()) {
            case NVFP4 -> Minifloat.E4M3.encode(globalScale == null ? most : most.div(shared(globalScale)));
            default -> nearestPower(most);
        };
        var scale = scale(format, scales, globalScale);
        var none = scale.eq(scale.zero());
        var q = numbers.encode(none.select(x.zero(), x.div(none.select(scale.one(), scale))));
        return new Packed(format, BitStream.of(format.bits()).pack(q.reshape(w.shape())),
            scales.squeeze(-1).to(Dtype.UINT8), null);
    }

    private static Minifloat numbers(Quantization format) {
        return format.bits() == 8 ? Minifloat.E4M3 : Minifloat.E2M1;
    }

    private static Node shared(Node globalScale) {
        var scale = globalScale.to(Dtype.FLOAT32);
        return scale.div(scale.like(LARGEST));
    }

    /// The power of two nearest by its logarithm, plus 127; that of zero is 1, and what is not finite has the code 255.
    private static Node nearestPower(Node x) {
        var power = Scalar.ROUND.of(Scalar.LOG2.of(x));
        power = Scalar.MAX.of(Scalar.MIN.of(power, x.like(127)), x.like(-127)).add(x.like(127));
        var code = x.eq(x.zero()).select(x.like(127), power);
        return x.lt(x.like(Double.POSITIVE_INFINITY)).select(code, x.like(255)).to(Dtype.UINT32);
    }

    /// What codes of scales mean, as `float32`.
    private static Node scale(Quantization format, Node codes, @Nullable Node globalScale) {
        if (format.mode() == Quantization.Mode.NVFP4) {
            var scale = Minifloat.E4M3.decode(codes);
            return globalScale == null ? scale : scale.mul(shared(globalScale));
        }
        var c = codes.to(Dtype.UINT32);
        // 2^-127 is no normal number.
        var bits = c.eq(c.zero()).select(c.like(1 << 22), Scalar.SHIFT_LEFT.of(c, c.like(23)));
        return Bitcast.of(bits, Dtype.FLOAT32);
    }

    /// The matrix, in `float32`, or `float64` if its scales are.
    public Node dequantize(@Nullable Node globalScale) {
        check("dequantize");
        checkGlobal("dequantize", format, globalScale);
        var lead = words.shape().range(0, words.rank() - 1);
        var q = BitStream.of(format.bits()).unpack(words);
        var groups = q.reshape(lead.concat(Shape.of(scales.dim(-1), format.group())));
        var wide = scales.dtype().promote(Dtype.FLOAT32);
        var w = biases == null ? numbers(format).decode(groups).mul(scale(format, scales, globalScale).expand(-1))
            : groups.to(wide).mul(scales.to(wide).expand(-1)).add(biases.to(wide).expand(-1));
        return w.reshape(q.shape());
    }

    private static void checkGlobal(String op, Quantization format, @Nullable Node globalScale) {
        if (globalScale != null && (format.mode() != Quantization.Mode.NVFP4 || globalScale.shape().size() != 1))
            throw new IllegalArgumentException(op + ": got a scale of the whole matrix of shape " + globalScale.shape()
                + " in " + format + ", expected one number, in nvfp4");
    }

    void check(String op) {
        if (words.dtype() != Dtype.UINT32)
            throw new IllegalArgumentException(op + ": got " + words.dtype() + ", expected packed uint32 words");
        if (format.isAffine() != (biases != null))
            throw new IllegalArgumentException(op + ": got " + (biases == null ? "no " : "") + "biases in " + format);
        if (biases == null ? scales.dtype() != Dtype.UINT8
            : !scales.dtype().isFloat() || scales.dtype() != biases.dtype() || !scales.shape().equals(biases.shape()))
            throw new IllegalArgumentException(op + ": got scales " + scales + (biases == null ? ", expected uint8"
                : " and biases " + biases + ", expected them alike, and floating point"));
        var fit = words.rank() >= 2 && scales.rank() == words.rank()
            && words.shape().without(-1).equals(scales.shape().without(-1))
            && 32L * words.dim(-1) == (long) scales.dim(-1) * format.group() * format.bits();
        if (!fit)
            throw new IllegalArgumentException(op + ": words " + words.shape() + " and scales " + scales.shape()
                + " do not fit " + format);
    }

    /// K.
    int columns() { return Math.toIntExact(32L * words.dim(-1) / format.bits()); }

    /// The arrays it consists of.
    List<Node> parts() {
        var parts = new ArrayList<>(List.of(words, scales));
        if (biases != null) parts.add(biases);
        return parts;
    }

    /// The matrix whose parts these are.
    static Packed of(Quantization format, List<Node> parts) {
        return new Packed(format, parts.get(0), parts.get(1), parts.size() > 2 ? parts.get(2) : null);
    }
}
