package dev.lazuli.graph;

import dev.lazuli.type.Dtype;

/// Floating-point numbers of a few bits, as integers: a sign, an exponent, a mantissa; no infinities, no NaN.
///
/// @param exponent its bits
/// @param mantissa its bits
/// @param bias the exponent of 1
/// @param largest the code of the largest number
public record Minifloat(int exponent, int mantissa, int bias, int largest) {
    /// Eight bits, up to 448. As in MLX, the codes that are NaN elsewhere read as ±480.
    public static final Minifloat E4M3 = new Minifloat(4, 3, 7, 0x7E);

    /// Four bits: 0, ½, 1, 1½, 2, 3, 4, 6 and their negatives.
    public static final Minifloat E2M1 = new Minifloat(2, 1, 1, 7);

    double max() { return value(largest); }

    /// The number of a code.
    public double value(int code) {
        int e = code >> mantissa & (1 << exponent) - 1, m = code & (1 << mantissa) - 1;
        double size = e == 0 ? 2 * m : (double) ((1 << mantissa) + m << e);
        return Math.scalb((code >> exponent + mantissa & 1) == 0 ? size : -size, -bias - mantissa);
    }

    /// The numbers of codes, of which only the low bits count.
    public Node decode(Node code) {
        var c = code.to(Dtype.INT32);
        var m = Scalar.AND.of(c, c.like((1 << mantissa) - 1));
        var e = Scalar.AND.of(Scalar.SHIFT_RIGHT.of(c, c.like(mantissa)), c.like((1 << exponent) - 1));
        var normal = Scalar.SHIFT_LEFT.of(m.add(m.like(1 << mantissa)), e);
        var size = e.eq(e.zero()).select(m.add(m), normal).to(Dtype.FLOAT32);
        var sign = Scalar.AND.of(c, c.like(1 << exponent + mantissa));
        var unit = size.like(Math.scalb(1.0, -bias - mantissa));
        return size.mul(sign.eq(sign.zero()).select(unit, unit.neg()));
    }

    /// The codes of the nearest numbers, of two the even one, as `uint32`. What is too large, or NaN, is the largest.
    public Node encode(Node x) {
        var size = Scalar.ABS.of(x);
        // A logarithm that errs beside a power of two does no harm: both sides have the power's code.
        var step = Scalar.FLOOR.of(Scalar.LOG2.of(size)).add(x.like(bias - 1));
        step = clamp(step, (1 << exponent) - 2).to(Dtype.INT32);
        var power = Scalar.SHIFT_LEFT.of(step.one(), step).to(x.dtype());
        var unit = power.mul(x.like(Math.scalb(1.0, 1 - bias - mantissa)));
        var code = Scalar.ROUND.of(size.div(unit)).add(step.mul(step.like(1 << mantissa)).to(x.dtype()));
        code = code.lt(code.like(largest)).select(code, code.like(largest));
        var sign = x.eq(x.zero()).select(x.reciprocal(), x).lt(x.zero()).to(Dtype.UINT32);
        return Scalar.OR.of(code.to(Dtype.UINT32), Scalar.SHIFT_LEFT.of(sign, sign.like(exponent + mantissa)));
    }

    private static Node clamp(Node x, int top) {
        return x.like(0).lt(x).select(Scalar.MIN.of(x, x.like(top)), x.zero());
    }
}
