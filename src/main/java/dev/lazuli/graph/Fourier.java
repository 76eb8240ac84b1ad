package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The discrete Fourier transform of the last axis: `y[k] = scale · Σ_j x[j] · e^(∓2πi·jk/length)`.
///
/// It is linear, and its kinds are each other's transposes, so derivatives are transforms again.
///
/// @param length of what is transformed, in numbers, not counting that half of a real one's spectrum is left out
public record Fourier(Kind kind, int length, double scale) implements Structure {
    public enum Kind {
        /// Complex numbers to complex ones, with the minus sign.
        FORWARD,
        /// Complex numbers to complex ones, with the plus sign.
        BACKWARD,
        /// Real numbers, with the minus sign, to the first `length / 2 + 1` of their spectrum; the others mirror them.
        REAL,
        /// The first `length / 2 + 1` of such a spectrum, with the plus sign, to real numbers.
        HERMITIAN
    }

    /// @param x (…, length), or (…, length / 2 + 1) of a spectrum to become real
    public static Node of(Kind kind, Node x, int length, double scale) {
        var op = new Fourier(kind, length, scale);
        int half = length / 2 + 1;
        var in = x.to(kind == Kind.REAL ? Dtype.FLOAT32 : Dtype.COMPLEX64);
        return Node.of(op, List.of(in), x.shape().with(x.rank() - 1, kind == Kind.REAL ? half : length),
            kind == Kind.HERMITIAN ? Dtype.FLOAT32 : Dtype.COMPLEX64);
    }

    @Override public String label() {
        return switch (kind) {
            case FORWARD -> "fft";
            case BACKWARD -> "ifft";
            case REAL -> "rfft";
            case HERMITIAN -> "irfft";
        };
    }

    @Override public Object plan() { return kind; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        return Arrays.asList(switch (kind) {
            case FORWARD -> of(Kind.BACKWARD, ct, length, scale);
            case BACKWARD -> of(Kind.FORWARD, ct, length, scale);
            case REAL -> of(Kind.HERMITIAN, ct.mul(weights(0.5)), length, scale);
            case HERMITIAN -> of(Kind.REAL, ct, length, scale).mul(weights(2));
        });
    }

    /// 1 for the numbers of half a spectrum that have no mirror image, `twins` for the others.
    private Node weights(double twins) {
        var k = Iota.of(length / 2 + 1);
        var alone = Scalar.OR.of(k.eq(k.zero()), k.add(k).eq(k.like(length)));
        var one = Node.constant(1, Dtype.COMPLEX64).broadcast(k.shape());
        return alone.select(one, one.like(twins));
    }

    @Override public Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        return Node.of(this, List.of(tangents.getFirst()), out.shape(), out.dtype());
    }
}
