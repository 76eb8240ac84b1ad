package dev.lazuli.cpu;

/// The inner loops of Fourier transforms, for several transforms side by side.
///
/// Meanwhile their numbers lie in a *bundle*: number k of each transform, as many real parts as there are `lanes`, then
/// as many imaginary ones. So every step is vectors from end to end, for any length. With the parts `swapped`, the
/// same steps transform backward.
public interface FourierKernel {

    /// How many transforms lie side by side.
    int lanes();

    /// The radices that `pass` has loops of their own for, best first; it takes any odd number besides.
    int[] radices();

    /// One step of a mixed-radix transform (Stockham's, decimation in frequency): for p < m, q < s and k < radix
    /// `y[q + s·(radix·p + k)] = w[p][k] · Σ_j x[q + s·(p + m·j)] · e^(-2πi·jk/radix)`.
    ///
    /// @param x a bundle, whose content is lost
    /// @param y another one
    /// @param roots cosines and sines of 2πj/radix, in turns
    /// @param w twiddles for each p and each k but 0: real part, imaginary part and its opposite
    /// @param count how many lanes are wanted; the others may have any content
    void pass(int radix, long x, long y, long roots, long w, int m, int s, boolean swapped, int count);

    /// The bundle x of `high · low` numbers times `coarse[i / low] · fine[i % low]`, each a row of real parts, then
    /// one of imaginary parts, `width` floats long.
    void twist(long x, int high, int low, long coarse, long fine, int width, boolean swapped);

    /// Neighbouring complex numbers, as many as there are lanes, n times `step` bytes apart, into a bundle.
    void split(long x, long step, int n, long y);

    /// A bundle of n numbers to neighbouring complex numbers, which are written `step` bytes apart.
    void join(long x, int n, long y, long step);

    /// A bundle of n numbers to a row for each lane; rows are `step` bytes apart, and what lies between them is lost.
    void rows(long x, int n, long y, long step);

    /// `y = x · w`, or `x · conj(w)`, for n complex numbers; y may be x.
    void multiply(long x, long w, boolean conjugate, long n, long y);

    /// `y[k] = (x[k] + conj(x[n-k])) / 2 + (x[k] - conj(x[n-k])) · w[k]`, or `conj(w[k])`, for `from` <= k < `to`; all
    /// complex.
    void mirror(long x, long n, long w, boolean conjugate, long from, long to, long y);
}
