package dev.lazuli;

import dev.lazuli.graph.Concatenate;
import dev.lazuli.graph.Fourier;
import dev.lazuli.graph.Fourier.Kind;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Permute;
import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Discrete Fourier transforms, of any length. Names and parameters are MLX's.
///
/// They compute in `float32`: whatever the type of the input, `float64` and half types included, the result is
/// `complex64`, or `float32` if it is real, as in MLX. Where a length differs from the axis' own, the axis is cut or
/// followed by zeros. All are linear: `grad`, `jvp` and `vmap` of one are transforms again.
///
/// ```
/// Fft.fft(array(1f, 2f, 3f, 4f))    // array([10+0j, -2+2j, -2+0j, -2-2j], dtype=complex64)
/// ```
public final class Fft {
    private Fft() {}

    /// Which transforms are divided, and by what: n is the product of the lengths.
    public enum Norm {
        /// The inverse ones by n.
        BACKWARD,
        /// All by √n.
        ORTHO,
        /// The others by n.
        FORWARD;

        private double scale(boolean inverse, double n) {
            return this == ORTHO ? 1 / Math.sqrt(n) : inverse == (this == BACKWARD) ? 1 / n : 1;
        }
    }

    // ---- complex -----------------------------------------------------------------------------------------------

    /// The transform of the last axis: `y[k] = Σ_j x[j] · e^(-2πi·jk/n)`.
    ///
    /// @throws IllegalArgumentException if x has no axis or n is not positive: `fft: expected lengths above 0, got 0`
    public static Array fft(Array x) { return fft(x, null, -1, Norm.BACKWARD); }

    /// The transform of one axis.
    ///
    /// @param n the length; null is the axis' own
    public static Array fft(Array x, @Nullable Integer n, int axis, Norm norm) {
        return complex("fft", x, one(n), new int[] {axis}, norm, false);
    }

    /// The inverse of `fft`, of the last axis: `y[j] = 1/n · Σ_k x[k] · e^(2πi·jk/n)`.
    ///
    /// ```
    /// Fft.ifft(Fft.fft(array(1f, 2f, 3f, 4f)))    // array([1+0j, 2+0j, 3+0j, 4+0j], dtype=complex64)
    /// ```
    public static Array ifft(Array x) { return ifft(x, null, -1, Norm.BACKWARD); }

    /// The inverse of `fft` of one axis.
    ///
    /// @param n the length; null is the axis' own
    public static Array ifft(Array x, @Nullable Integer n, int axis, Norm norm) {
        return complex("ifft", x, one(n), new int[] {axis}, norm, true);
    }

    /// `fft` of the last two axes.
    ///
    /// ```
    /// Fft.fft2(ones(2, 2)).reshape(4)    // array([4+0j, 0+0j, 0+0j, 0+0j], dtype=complex64)
    /// ```
    public static Array fft2(Array x) { return fft2(x, null, new int[] {-2, -1}, Norm.BACKWARD); }

    /// `fft` of two axes.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    public static Array fft2(Array x, int @Nullable [] s, int[] axes, Norm norm) {
        return complex("fft2", x, s, axes, norm, false);
    }

    /// `ifft` of the last two axes.
    ///
    /// ```
    /// Fft.ifft2(ones(2, 2)).reshape(4)    // array([1+0j, 0+0j, 0+0j, 0+0j], dtype=complex64)
    /// ```
    public static Array ifft2(Array x) { return ifft2(x, null, new int[] {-2, -1}, Norm.BACKWARD); }

    /// `ifft` of two axes.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    public static Array ifft2(Array x, int @Nullable [] s, int[] axes, Norm norm) {
        return complex("ifft2", x, s, axes, norm, true);
    }

    /// `fft` of all axes.
    ///
    /// ```
    /// Fft.fftn(ones(2, 2, 1)).reshape(4)    // array([4+0j, 0+0j, 0+0j, 0+0j], dtype=complex64)
    /// ```
    public static Array fftn(Array x) { return fftn(x, null, null, Norm.BACKWARD); }

    /// `fft` of several axes.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    /// @param axes null for the last axes, as many as there are lengths, or all
    public static Array fftn(Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        return complex("fftn", x, s, axes, norm, false);
    }

    /// `ifft` of all axes.
    ///
    /// ```
    /// Fft.ifftn(ones(2, 2, 1)).reshape(4)    // array([1+0j, 0+0j, 0+0j, 0+0j], dtype=complex64)
    /// ```
    public static Array ifftn(Array x) { return ifftn(x, null, null, Norm.BACKWARD); }

    /// `ifft` of several axes.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    /// @param axes null for the last axes, as many as there are lengths, or all
    public static Array ifftn(Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        return complex("ifftn", x, s, axes, norm, true);
    }

    // ---- real --------------------------------------------------------------------------------------------------

    /// The first n/2 + 1 numbers of `fft` of real numbers, the last axis; the others are their conjugates. Of complex
    /// numbers the real parts are taken.
    ///
    /// ```
    /// Fft.rfft(array(1f, 2f, 3f, 4f))    // array([10+0j, -2+2j, -2+0j], dtype=complex64)
    /// ```
    public static Array rfft(Array x) { return rfft(x, null, -1, Norm.BACKWARD); }

    /// `rfft` of one axis.
    ///
    /// @param n the length; null is the axis' own
    public static Array rfft(Array x, @Nullable Integer n, int axis, Norm norm) {
        return real("rfft", x, one(n), new int[] {axis}, norm);
    }

    /// The inverse of `rfft`, of the last axis: 2 · (m - 1) real numbers from m complex ones. The imaginary part of the
    /// first, and for even lengths of the last, is taken as 0.
    ///
    /// ```
    /// Fft.irfft(Fft.rfft(array(1f, 2f, 3f, 4f)))    // array([1, 2, 3, 4], dtype=float32)
    /// ```
    public static Array irfft(Array x) { return irfft(x, null, -1, Norm.BACKWARD); }

    /// The inverse of `rfft` of one axis.
    ///
    /// @param n the length of the result, n/2 + 1 numbers are read; null is 2 · (m - 1) for an axis of length m
    public static Array irfft(Array x, @Nullable Integer n, int axis, Norm norm) {
        return hermitian("irfft", x, one(n), new int[] {axis}, norm);
    }

    /// `rfft` of the last axis, then `fft` of the one before.
    ///
    /// ```
    /// Fft.rfft2(ones(4, 6)).shape()    // (4, 4)
    /// ```
    public static Array rfft2(Array x) { return rfft2(x, null, new int[] {-2, -1}, Norm.BACKWARD); }

    /// `rfft` of the second axis named, then `fft` of the first.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    public static Array rfft2(Array x, int @Nullable [] s, int[] axes, Norm norm) {
        return real("rfft2", x, s, axes, norm);
    }

    /// The inverse of `rfft2`.
    ///
    /// ```
    /// Fft.irfft2(ones(4, 4)).shape()    // (4, 6)
    /// ```
    public static Array irfft2(Array x) { return irfft2(x, null, new int[] {-2, -1}, Norm.BACKWARD); }

    /// The inverse of `rfft2`.
    ///
    /// @param s the lengths of the result, one an axis; null for the axes' own, 2 · (m - 1) for the last
    public static Array irfft2(Array x, int @Nullable [] s, int[] axes, Norm norm) {
        return hermitian("irfft2", x, s, axes, norm);
    }

    /// `rfft` of the last axis, then `fft` of all others.
    ///
    /// ```
    /// Fft.rfftn(ones(2, 4, 6)).shape()    // (2, 4, 4)
    /// ```
    public static Array rfftn(Array x) { return rfftn(x, null, null, Norm.BACKWARD); }

    /// `rfft` of the last axis named, then `fft` of the others.
    ///
    /// @param s the lengths, one an axis; null for the axes' own
    /// @param axes null for the last axes, as many as there are lengths, or all
    public static Array rfftn(Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        return real("rfftn", x, s, axes, norm);
    }

    /// The inverse of `rfftn`.
    ///
    /// ```
    /// Fft.irfftn(ones(2, 4, 4)).shape()    // (2, 4, 6)
    /// ```
    public static Array irfftn(Array x) { return irfftn(x, null, null, Norm.BACKWARD); }

    /// The inverse of `rfftn`.
    ///
    /// @param s the lengths of the result, one an axis; null for the axes' own, 2 · (m - 1) for the last
    /// @param axes null for the last axes, as many as there are lengths, or all
    public static Array irfftn(Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        return hermitian("irfftn", x, s, axes, norm);
    }

    // ---- frequencies -------------------------------------------------------------------------------------------

    /// The frequencies of an `fft` of length n, of samples `d` apart, as `float32`: 0, 1, …, -2, -1 over n·d.
    ///
    /// ```
    /// Fft.fftfreq(4, 1)    // array([0, 0.25, -0.5, -0.25], dtype=float32)
    /// ```
    public static Array fftfreq(int n, double d) {
        positive("fftfreq", n);
        var values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) ((i < (n + 1) / 2 ? i : i - n) / (n * d));
        return Lazuli.array(values);
    }

    /// The frequencies of an `rfft` of length n, of samples `d` apart, as `float32`: 0, 1, …, n/2 over n·d.
    ///
    /// ```
    /// Fft.rfftfreq(4, 1)    // array([0, 0.25, 0.5], dtype=float32)
    /// ```
    public static Array rfftfreq(int n, double d) {
        positive("rfftfreq", n);
        var values = new float[n / 2 + 1];
        for (int i = 0; i < values.length; i++) values[i] = (float) (i / (n * d));
        return Lazuli.array(values);
    }

    /// The halves of axes exchanged, so that frequency 0 comes to the middle, index n/2.
    ///
    /// ```
    /// Fft.fftshift(array(0, 1, 2, -2, -1))    // array([-2, -1, 0, 1, 2], dtype=int32)
    /// ```
    ///
    /// @param axes none for all
    public static Array fftshift(Array x, int... axes) { return rolled("fftshift", x, axes, 1); }

    /// What `fftshift` did is undone.
    ///
    /// ```
    /// Fft.ifftshift(array(-2, -1, 0, 1, 2))    // array([0, 1, 2, -2, -1], dtype=int32)
    /// ```
    ///
    /// @param axes none for all
    public static Array ifftshift(Array x, int... axes) { return rolled("ifftshift", x, axes, 0); }

    private static Array rolled(String op, Array x, int[] axes, int up) {
        var y = x.node();
        for (int axis : x.shape().axes(op, axes)) {
            int n = y.dim(axis), at = (n + up) / 2;
            if (at == 0 || at == n) continue;
            y = Concatenate.of(List.of(y.slice(axis, at, n), y.slice(axis, 0, at)), axis);
        }
        return Array.of(y);
    }

    // ---- how they are made -------------------------------------------------------------------------------------

    private static int @Nullable [] one(@Nullable Integer n) { return n == null ? null : new int[] {n}; }

    private static void positive(String op, int n) {
        if (n <= 0) throw new IllegalArgumentException(op + ": expected lengths above 0, got " + n);
    }

    private static Array complex(String op, Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm,
                                 boolean inverse) {
        var over = axes(op, x, s, axes);
        var lengths = lengths(op, x, s, over, false);
        var y = x.node();
        for (int i = 0; i < over.length; i++) y = fitted(y, over[i], lengths[i]);
        return Array.of(along(inverse ? Kind.BACKWARD : Kind.FORWARD, y, over, lengths, over.length,
            norm.scale(inverse, product(lengths))));
    }

    private static Array real(String op, Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        var over = axes(op, x, s, axes);
        var lengths = lengths(op, x, s, over, false);
        var y = x.node().to(Dtype.FLOAT32);
        for (int i = 0; i < over.length; i++) y = fitted(y, over[i], lengths[i]);
        int last = over.length - 1;
        y = along(Kind.REAL, y, over[last], lengths[last], norm.scale(false, product(lengths)));
        return Array.of(along(Kind.FORWARD, y, over, lengths, last, 1));
    }

    private static Array hermitian(String op, Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm) {
        var over = axes(op, x, s, axes);
        var lengths = lengths(op, x, s, over, true);
        var y = x.node();
        int last = over.length - 1;
        for (int i = 0; i < last; i++) y = fitted(y, over[i], lengths[i]);
        y = along(Kind.BACKWARD, fitted(y, over[last], lengths[last] / 2 + 1), over, lengths, last, 1);
        return Array.of(along(Kind.HERMITIAN, y, over[last], lengths[last], norm.scale(true, product(lengths))));
    }

    private static double product(int[] lengths) {
        return IntStream.of(lengths).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    private static int[] axes(String op, Array x, int @Nullable [] s, int @Nullable [] axes) {
        int n = x.rank();
        if (n == 0) throw new IllegalArgumentException(op + ": expected at least one axis, got a scalar");
        if (axes == null) {
            int count = s == null ? n : s.length;
            if (count > n)
                throw new IllegalArgumentException(op + ": expected at most " + n + " lengths, got " + count);
            axes = IntStream.range(n - count, n).toArray();
        }
        var over = IntStream.of(axes).map(a -> x.shape().axis(op, a)).toArray();
        if (over.length == 0) throw new IllegalArgumentException(op + ": expected at least one axis, got none");
        if (IntStream.of(over).distinct().count() != over.length)
            throw new IllegalArgumentException(op + ": expected different axes, got " + Arrays.toString(axes));
        return over;
    }

    private static int[] lengths(String op, Array x, int @Nullable [] s, int[] over, boolean halved) {
        if (s != null && s.length != over.length)
            throw new IllegalArgumentException(op + ": expected " + over.length + " lengths, got "
                + Arrays.toString(s));
        var lengths = s != null ? s.clone() : IntStream.of(over).map(x::dim).toArray();
        int last = lengths.length - 1;
        if (s == null && halved) lengths[last] = Math.multiplyExact(2, lengths[last] - 1);
        for (int n : lengths) positive(op, n);
        return lengths;
    }

    /// The axis cut, or followed by zeros, to a length.
    private static Node fitted(Node x, int axis, int n) {
        if (x.dim(axis) >= n) return x.slice(axis, 0, n);
        var zeros = Node.constant(0, x.dtype()).broadcast(x.shape().with(axis, n - x.dim(axis)));
        return Concatenate.of(List.of(x, zeros), axis);
    }

    /// The first `count` axes transformed, from the last one on; all of the scale is in the first step.
    private static Node along(Kind kind, Node x, int[] axes, int[] lengths, int count, double scale) {
        for (int i = count - 1; i >= 0; i--) x = along(kind, x, axes[i], lengths[i], i == count - 1 ? scale : 1);
        return x;
    }

    private static Node along(Kind kind, Node x, int axis, int length, double scale) {
        return Permute.move(Fourier.of(kind, Permute.move(x, axis, -1), length, scale), -1, axis);
    }
}
