package dev.lazuli.graph;

/// The functions on one number that the JDK lacks.
final class Numbers {
    private Numbers() {}

    /// The remainder of floats with the sign of the divisor.
    static double remainder(double a, double b) {
        double r = a % b;
        return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }

    /// By squaring; a negative exponent gives 0, as in MLX.
    static long power(long base, long exponent) {
        if (exponent < 0) return 0;
        long result = 1;
        for (; exponent != 0; exponent >>>= 1, base *= base) if ((exponent & 1) != 0) result *= base;
        return result;
    }

    static double logAddExp(double a, double b) {
        if (a == b) return a + Math.log(2);
        double high = Math.max(a, b);
        return high + Math.log1p(Math.exp(Math.min(a, b) - high));
    }

    static double log2(double x) {
        int exponent = Math.getExponent(x); // whole powers of two must come out exact
        if (x == Math.scalb(1.0, exponent) && x < Double.POSITIVE_INFINITY) return exponent;
        return Math.log(x) / Math.log(2);
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        double y = a > 1e150 ? Math.log(a) + Math.log(2) : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
        return Math.copySign(y, x);
    }

    static double acosh(double x) {
        return x > 1e150 ? Math.log(x) + Math.log(2) : Math.log1p(x - 1 + Math.sqrt((x - 1) * (x + 1)));
    }

    static double atanh(double x) { return 0.5 * Math.log1p(2 * x / (1 - x)); }

    /// Power series below 2, continued fraction above: both to double precision.
    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) return x;
        if (a > 6) return Math.copySign(1, x);
        if (a < 2) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int n = 60; n > 0; n--) fraction = n / 2.0 / (a + fraction);
        return Math.copySign(1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction), x);
    }

    /// `erf(x) / x` is a function of x²: the quotient of two polynomials, lowest power first, fitted on [0, 3.92] to an
    /// error of 2e-8; beyond, `erf` is 1 in single precision.
    private static final double[] ABOVE = {1.1283791461586565, 0.19040534163179862, 0.0527485906184115,
        0.0037655742445263734, 0.00028488267855088207, 2.050106878784421e-06};
    private static final double[] BELOW = {1, 0.5020750815252452, 0.11410866169059848, 0.014969128949989833,
        0.00116252695500017, 3.809191831962936e-05};

    /// In single precision, to 6 units in the last place, of operations that vectors have.
    static Expr erf(Expr x) {
        var near = within(x, 3.92);
        var square = near.mul(near);
        return within(near.mul(polynomial(ABOVE, square)).div(polynomial(BELOW, square)), 1);
    }

    private static Expr within(Expr x, double bound) {
        return Scalar.MIN.on(Scalar.MAX.on(x, x.like(-bound)), x.like(bound));
    }

    private static Expr polynomial(double[] coefficients, Expr x) {
        var sum = x.like(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) sum = sum.mul(x).add(x.like(coefficients[i]));
        return sum;
    }

    /// Winitzki's approximation, refined by Halley's method on `erf`.
    static double erfinv(double y) {
        if (!(Math.abs(y) < 1)) return Math.abs(y) == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
        if (y == 0) return y;
        double l = Math.log1p(-y * y);
        double h = 2 / (Math.PI * 0.147) + l / 2;
        double x = Math.copySign(Math.sqrt(Math.sqrt(h * h - l / 0.147) - h), y);
        for (int i = 0; i < 3; i++) {
            double step = (erf(x) - y) / (2 / Math.sqrt(Math.PI) * Math.exp(-x * x));
            x -= step / (1 + x * step);
        }
        return x;
    }

    /// `erfinv(y) / y` is a function of w = -log(1 - y²), again as two polynomials: fitted to an error of 2e-8 on
    /// [0, 17], which is all that single precision has.
    private static final double[] ABOVE_INVERSE = {0.8862269447210351, 0.3082432023161264, 0.060043395951119086,
        0.007829572668649455, 0.0006486271264371774, 2.3559888420592128e-05};
    private static final double[] BELOW_INVERSE = {1, 0.08601641251655814, 0.03219809506658388, 0.001923251087697474,
        0.0001767603568178163, 1.2339430417591333e-06};

    /// In single precision, to 6 units in the last place, of operations that vectors have.
    static Expr erfinv(Expr y) {
        var one = y.like(1);
        var rest = one.sub(y).mul(one.add(y));
        var w = Scalar.LOG.on(rest).neg();
        var inside = y.mul(polynomial(ABOVE_INVERSE, w)).div(polynomial(BELOW_INVERSE, w));
        return Scalar.SELECT.on(Scalar.EQ.on(rest, y.like(0)), y.mul(y.like(Double.POSITIVE_INFINITY)), inside);
    }
}
