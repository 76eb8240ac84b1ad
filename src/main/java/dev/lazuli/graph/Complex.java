package dev.lazuli.graph;

/// A complex number as a pair of real expressions: how every row that knows complex numbers says what it does there.
public record Complex(Expr re, Expr im) {

    public static Complex of(Expr re, Expr im) { return new Complex(re, im); }

    public static Complex real(Expr re) { return new Complex(re, re.like(0)); }

    private static Expr exp(Expr x) { return Scalar.EXP.on(x); }

    private static Expr sqrt(Expr x) { return Scalar.SQRT.on(x); }

    Complex add(Complex b) { return of(re.add(b.re), im.add(b.im)); }

    Complex sub(Complex b) { return of(re.sub(b.re), im.sub(b.im)); }

    Complex mul(Complex b) { return of(re.mul(b.re).sub(im.mul(b.im)), re.mul(b.im).add(im.mul(b.re))); }

    Complex div(Complex b) {
        var squares = b.re.mul(b.re).add(b.im.mul(b.im));
        return of(re.mul(b.re).add(im.mul(b.im)).div(squares), im.mul(b.re).sub(re.mul(b.im)).div(squares));
    }

    Complex scale(double k) { return of(re.mul(re.like(k)), im.mul(im.like(k))); }

    Complex neg() { return of(re.neg(), im.neg()); }

    Complex timesI() { return of(im.neg(), re); }

    Complex plus(double k) { return of(re.add(re.like(k)), im); }

    Complex reciprocal() { return real(re.like(1)).div(this); }

    Complex eq(Complex b) { return real(Scalar.AND.on(Scalar.EQ.on(re, b.re), Scalar.EQ.on(im, b.im))); }

    /// Lexicographic order, as NumPy has it: `strict` decides between equal real parts.
    Complex before(Scalar strict, Complex b) {
        return real(Scalar.SELECT.on(Scalar.EQ.on(re, b.re), strict.on(im, b.im), Scalar.LT.on(re, b.re)));
    }

    private Expr isNan() { return Scalar.OR.on(Scalar.NE.on(re, re), Scalar.NE.on(im, im)); }

    private static Complex select(Expr condition, Complex a, Complex b) {
        return of(Scalar.SELECT.on(condition, a.re, b.re), Scalar.SELECT.on(condition, a.im, b.im));
    }

    /// The later of both in that order; NaN if one is.
    Complex max(Complex b) { return select(stays(b, b.before(Scalar.LT, this)), this, b); }

    /// The earlier of both in that order; NaN if one is.
    Complex min(Complex b) { return select(stays(b, before(Scalar.LT, b)), this, b); }

    private Expr stays(Complex b, Complex better) {
        return Scalar.OR.on(isNan(), Scalar.AND.on(better.re, Scalar.NOT.on(b.isNan())));
    }

    /// The modulus; the larger part is taken out, so that squares do not overflow.
    Expr abs() {
        var a = Scalar.ABS.on(re);
        var b = Scalar.ABS.on(im);
        var high = Scalar.MAX.on(a, b);
        var low = Scalar.MIN.on(a, b);
        var ratio = low.div(high);
        var modulus = high.mul(sqrt(ratio.mul(ratio).add(ratio.like(1))));
        return Scalar.SELECT.on(Scalar.EQ.on(low, low.like(0)), high, modulus);
    }

    Complex sign() {
        var r = abs();
        var zero = Scalar.EQ.on(r, r.like(0));
        return of(Scalar.SELECT.on(zero, r, re.div(r)), Scalar.SELECT.on(zero, r, im.div(r)));
    }

    Complex exp() {
        var r = exp(re);
        return of(r.mul(Scalar.COS.on(im)), r.mul(Scalar.SIN.on(im)));
    }

    Complex log() { return of(Scalar.LOG.on(abs()), Scalar.ATAN2.on(im, re)); }

    Complex log1p() { return plus(1).log(); }

    Complex logAddExp(Complex b) {
        var high = max(b);
        var gap = select(eq(b).re, real(re.like(0)), min(b).sub(high)); // equal infinities must not be subtracted
        return high.add(gap.exp().log1p());
    }

    Complex pow(Complex b) {
        var zero = Scalar.EQ.on(abs(), re.like(0));
        var power = b.mul(log()).exp();
        var none = Scalar.EQ.on(b.abs(), re.like(0));
        return of(Scalar.SELECT.on(zero, none.to(re.dtype()), power.re), Scalar.SELECT.on(zero, re.like(0), power.im));
    }

    /// The root in the right half plane.
    Complex sqrt() {
        var half = re.like(0.5);
        var r = abs();
        var big = sqrt(r.add(Scalar.ABS.on(re)).mul(half));
        var small = Scalar.SELECT.on(Scalar.EQ.on(big, big.like(0)), big, Scalar.ABS.on(im).mul(half).div(big));
        var right = Scalar.LE.on(re.like(0), re);
        var up = Scalar.SELECT.on(right, small, big);
        return of(Scalar.SELECT.on(right, big, small), Scalar.SELECT.on(Scalar.LT.on(im, im.like(0)), up.neg(), up));
    }

    Complex sin() {
        return of(Scalar.SIN.on(re).mul(Scalar.COSH.on(im)), Scalar.COS.on(re).mul(Scalar.SINH.on(im)));
    }

    Complex cos() {
        return of(Scalar.COS.on(re).mul(Scalar.COSH.on(im)), Scalar.SIN.on(re).mul(Scalar.SINH.on(im)).neg());
    }

    Complex tanh() {
        var i = timesI();
        var t = i.sin().div(i.cos()); // tanh z = -i tan(iz)
        return t.timesI().neg();
    }

    Complex asin() { return timesI().add(mul(this).neg().plus(1).sqrt()).log().timesI().neg(); }

    Complex acos() { return asin().neg().plus(Math.PI / 2); }

    Complex asinh() { return timesI().asin().timesI().neg(); }

    Complex acosh() { return add(plus(1).sqrt().mul(plus(-1).sqrt())).log(); }

    Complex atanh() { return timesI().atan().timesI().neg(); }

    Complex atan() {
        var i = timesI();
        return i.plus(1).log().sub(i.neg().plus(1).log()).timesI().scale(-0.5);
    }
}
