package dev.lazuli.graph;

import static dev.lazuli.graph.Typing.*;
import static java.util.Arrays.asList;

import dev.lazuli.type.Dtype;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The elementwise operations: one row each, and nothing about any of them anywhere else.
///
/// A row says how types work out, what the operation is on real numbers and on integers, and its partial derivatives
/// as graphs of the inputs `x` and the output `y` (`null`: zero everywhere). Where it has them, a row's body adds what
/// it is on complex numbers, on unsigned 64-bit integers, and as an expression of simpler rows. A row whose name is
/// that of a lanewise operator of `jdk.incubator.vector` runs as that operator.
///
/// Storage types are the business of the loop around an operation: a row has no variants for them.
public enum Scalar implements Primitive {
    ADD(2, NUMBER, (a, b) -> a + b, (a, b) -> a + b, (x, y) -> asList(y.one(), y.one())) {
        @Override Complex complex(Complex a, Complex b) { return a.add(b); }
    },
    SUB(2, NUMBER, (a, b) -> a - b, (a, b) -> a - b, (x, y) -> asList(y.one(), y.one().neg())) {
        @Override Complex complex(Complex a, Complex b) { return a.sub(b); }
    },
    MUL(2, NUMBER, (a, b) -> a * b, (a, b) -> a * b, (x, y) -> asList(x.get(1), x.get(0))) {
        @Override Complex complex(Complex a, Complex b) { return a.mul(b); }
    },
    DIV(2, INEXACT, (a, b) -> a / b, null, (x, y) -> asList(x.get(1).reciprocal(), y.div(x.get(1)).neg())) {
        @Override Complex complex(Complex a, Complex b) { return a.div(b); }
    },
    FLOOR_DIVIDE(2, REAL, (a, b) -> Math.floor(a / b), (a, b) -> b == 0 ? 0 : Math.floorDiv(a, b), null) {
        @Override public long unsigned(long a, long b) { return b == 0 ? 0 : Long.divideUnsigned(a, b); }
        @Override Expr define(List<Expr> x) { return isReal(x) ? FLOOR.on(DIV.on(x.get(0), x.get(1))) : null; }
    },
    /// The remainder with the sign of the divisor, as in Python.
    REMAINDER(2, REAL, Numbers::remainder, (a, b) -> b == 0 ? 0 : Math.floorMod(a, b),
            (x, y) -> asList(y.one(), x.get(0).floorDivide(x.get(1)).neg())) {
        @Override public long unsigned(long a, long b) { return b == 0 ? 0 : Long.remainderUnsigned(a, b); }
    },
    POW(2, NUMBER, Math::pow, Numbers::power, (x, y) -> {
            var base = x.get(0);
            var exponent = x.get(1);
            var log = base.eq(base.zero()).select(base.zero(), base.log());
            return asList(exponent.mul(base.pow(exponent.sub(exponent.one()))), log.mul(y));
        }) {
        @Override Complex complex(Complex a, Complex b) { return a.pow(b); }
    },
    MAX(2, NUMBER, Math::max, Math::max, (x, y) -> {
            var first = x.get(1).lt(x.get(0));
            return asList(first.to(y.dtype()), first.not().to(y.dtype()));
        }) {
        @Override public long unsigned(long a, long b) { return Long.compareUnsigned(a, b) > 0 ? a : b; }
        @Override Complex complex(Complex a, Complex b) { return a.max(b); }
    },
    MIN(2, NUMBER, Math::min, Math::min, (x, y) -> {
            var first = x.get(0).lt(x.get(1));
            return asList(first.to(y.dtype()), first.not().to(y.dtype()));
        }) {
        @Override public long unsigned(long a, long b) { return Long.compareUnsigned(a, b) < 0 ? a : b; }
        @Override Complex complex(Complex a, Complex b) { return a.min(b); }
    },
    ATAN2(2, FLOAT, Math::atan2, null, (x, y) -> {
            var squares = x.get(0).mul(x.get(0)).add(x.get(1).mul(x.get(1)));
            return asList(x.get(1).div(squares), x.get(0).neg().div(squares));
        }),
    LOGADDEXP(2, INEXACT, Numbers::logAddExp, null, (x, y) -> {
            var difference = x.get(0).sub(x.get(1));
            return asList(difference.sigmoid(), difference.neg().sigmoid());
        }) {
        @Override Complex complex(Complex a, Complex b) { return a.logAddExp(b); }
        @Override Expr define(List<Expr> x) { // equal infinities must not be subtracted
            var high = MAX.on(x.get(0), x.get(1));
            var low = MIN.on(x.get(0), x.get(1));
            var gap = SELECT.on(EQ.on(high, low), high.like(0), low.sub(high));
            return high.add(LOG1P.on(EXP.on(gap)));
        }
    },

    EQ(2, COMPARE, (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0, null) {
        @Override Complex complex(Complex a, Complex b) { return a.eq(b); }
    },
    NE(2, COMPARE, (a, b) -> a != b ? 1 : 0, (a, b) -> a != b ? 1 : 0, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.real(NOT.on(a.eq(b).re())); }
    },
    LT(2, COMPARE, (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0, null) {
        @Override public long unsigned(long a, long b) { return Long.compareUnsigned(a, b) < 0 ? 1 : 0; }
        @Override Complex complex(Complex a, Complex b) { return a.before(LT, b); }
    },
    LE(2, COMPARE, (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0, null) {
        @Override public long unsigned(long a, long b) { return Long.compareUnsigned(a, b) <= 0 ? 1 : 0; }
        @Override Complex complex(Complex a, Complex b) { return a.before(LE, b); }
    },

    AND(2, BITS, null, (a, b) -> a & b, null),
    OR(2, BITS, null, (a, b) -> a | b, null),
    XOR(2, BITS, null, (a, b) -> a ^ b, null),
    NOT(1, BITS, null, (a, b) -> ~a, null) {
        @Override Expr define(List<Expr> x) { // of a bool, only one bit counts
            return x.getFirst().dtype().isBool() ? XOR.on(x.getFirst(), x.getFirst().like(1)) : null;
        }
    },
    SHIFT_LEFT(2, INTEGER, null, (a, b) -> b < 0 || b > 63 ? 0 : a << b, null),
    SHIFT_RIGHT(2, INTEGER, null, (a, b) -> a >> (b < 0 || b > 63 ? 63 : b), null) {
        @Override public long unsigned(long a, long b) { return b < 0 || b > 63 ? 0 : a >>> b; }
    },

    NEG(1, SIGNED, (a, b) -> -a, (a, b) -> -a, (x, y) -> asList(y.one().neg())) {
        @Override Complex complex(Complex a, Complex b) { return a.neg(); }
    },
    ABS(1, MODULUS, (a, b) -> Math.abs(a), (a, b) -> Math.abs(a), (x, y) -> asList(x.getFirst().sign())) {
        @Override public long unsigned(long a, long b) { return a; }
        @Override Complex complex(Complex a, Complex b) { return Complex.real(a.abs()); }
        // The modulus is not holomorphic: its gradient is the direction of the number, not conjugated.
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(in.getFirst().sign().mul(ct));
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
            var z = in.getFirst();
            return !z.dtype().isComplex() ? super.jvp(in, out, tangents)
                : REAL_PART.of(CONJUGATE.of(z.sign()).mul(tangents.getFirst()));
        }
    },
    SIGN(1, NUMBER, (a, b) -> a > 0 ? 1 : a < 0 ? -1 : 0, (a, b) -> Long.signum(a), null) {
        @Override public long unsigned(long a, long b) { return a == 0 ? 0 : 1; }
        @Override Complex complex(Complex a, Complex b) { return a.sign(); }
        @Override Expr define(List<Expr> x) {
            var a = x.getFirst();
            var zero = a.like(0);
            return isReal(x) ? SELECT.on(LT.on(zero, a), a.like(1), SELECT.on(LT.on(a, zero), a.like(-1), zero)) : null;
        }
    },
    EXP(1, INEXACT, (a, b) -> Math.exp(a), null, (x, y) -> asList(y)) {
        @Override Complex complex(Complex a, Complex b) { return a.exp(); }
    },
    EXPM1(1, FLOAT, (a, b) -> Math.expm1(a), null, (x, y) -> asList(y.add(y.one()))),
    LOG(1, INEXACT, (a, b) -> Math.log(a), null, (x, y) -> asList(x.getFirst().reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.log(); }
    },
    LOG2(1, INEXACT, (a, b) -> Numbers.log2(a), null,
            (x, y) -> asList(x.getFirst().mul(y.like(Math.log(2))).reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.log().scale(1 / Math.log(2)); }
    },
    LOG10(1, INEXACT, (a, b) -> Math.log10(a), null,
            (x, y) -> asList(x.getFirst().mul(y.like(Math.log(10))).reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.log().scale(1 / Math.log(10)); }
    },
    LOG1P(1, INEXACT, (a, b) -> Math.log1p(a), null, (x, y) -> asList(x.getFirst().add(y.one()).reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.log1p(); }
    },
    SQRT(1, INEXACT, (a, b) -> Math.sqrt(a), null, (x, y) -> asList(y.like(0.5).div(y))) {
        @Override Complex complex(Complex a, Complex b) { return a.sqrt(); }
    },
    RSQRT(1, INEXACT, (a, b) -> 1 / Math.sqrt(a), null, (x, y) -> asList(y.like(-0.5).mul(y).div(x.getFirst()))) {
        @Override Complex complex(Complex a, Complex b) { return a.sqrt().reciprocal(); }
        @Override Expr define(List<Expr> x) { return x.getFirst().like(1).div(SQRT.on(x.getFirst())); }
    },
    SIN(1, INEXACT, (a, b) -> Math.sin(a), null, (x, y) -> asList(x.getFirst().cos())) {
        @Override Complex complex(Complex a, Complex b) { return a.sin(); }
    },
    COS(1, INEXACT, (a, b) -> Math.cos(a), null, (x, y) -> asList(x.getFirst().sin().neg())) {
        @Override Complex complex(Complex a, Complex b) { return a.cos(); }
    },
    TAN(1, INEXACT, (a, b) -> Math.tan(a), null, (x, y) -> asList(y.one().add(y.mul(y)))) {
        @Override Complex complex(Complex a, Complex b) { return a.sin().div(a.cos()); }
    },
    ASIN(1, INEXACT, (a, b) -> Math.asin(a), null,
            (x, y) -> asList(y.one().sub(x.getFirst().mul(x.getFirst())).rsqrt())) {
        @Override Complex complex(Complex a, Complex b) { return a.asin(); }
    },
    ACOS(1, INEXACT, (a, b) -> Math.acos(a), null,
            (x, y) -> asList(y.one().sub(x.getFirst().mul(x.getFirst())).rsqrt().neg())) {
        @Override Complex complex(Complex a, Complex b) { return a.acos(); }
    },
    ATAN(1, INEXACT, (a, b) -> Math.atan(a), null,
            (x, y) -> asList(y.one().add(x.getFirst().mul(x.getFirst())).reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.atan(); }
    },
    SINH(1, INEXACT, (a, b) -> Math.sinh(a), null, (x, y) -> asList(x.getFirst().cosh())) {
        @Override Complex complex(Complex a, Complex b) { return a.timesI().sin().timesI().neg(); }
    },
    COSH(1, INEXACT, (a, b) -> Math.cosh(a), null, (x, y) -> asList(x.getFirst().sinh())) {
        @Override Complex complex(Complex a, Complex b) { return a.timesI().cos(); }
    },
    TANH(1, INEXACT, (a, b) -> Math.tanh(a), null, (x, y) -> asList(y.one().sub(y.mul(y)))) {
        @Override Complex complex(Complex a, Complex b) { return a.tanh(); }
    },
    ASINH(1, INEXACT, (a, b) -> Numbers.asinh(a), null,
            (x, y) -> asList(x.getFirst().mul(x.getFirst()).add(y.one()).rsqrt())) {
        @Override Complex complex(Complex a, Complex b) { return a.asinh(); }
    },
    ACOSH(1, INEXACT, (a, b) -> Numbers.acosh(a), null, // two roots: the root of the product has another sign left of 0
            (x, y) -> asList(x.getFirst().sub(y.one()).rsqrt().mul(x.getFirst().add(y.one()).rsqrt()))) {
        @Override Complex complex(Complex a, Complex b) { return a.acosh(); }
    },
    ATANH(1, INEXACT, (a, b) -> Numbers.atanh(a), null,
            (x, y) -> asList(y.one().sub(x.getFirst().mul(x.getFirst())).reciprocal())) {
        @Override Complex complex(Complex a, Complex b) { return a.atanh(); }
    },
    ERF(1, FLOAT, (a, b) -> Numbers.erf(a), null,
            (x, y) -> asList(x.getFirst().mul(x.getFirst()).neg().exp().mul(y.like(2 / Math.sqrt(Math.PI))))) {
        @Override Expr define(List<Expr> x) {
            return x.getFirst().dtype() == Dtype.FLOAT32 ? Numbers.erf(x.getFirst()) : null;
        }
    },
    ERFINV(1, FLOAT, (a, b) -> Numbers.erfinv(a), null,
            (x, y) -> asList(y.mul(y).exp().mul(y.like(Math.sqrt(Math.PI) / 2)))) {
        @Override Expr define(List<Expr> x) {
            return x.getFirst().dtype() == Dtype.FLOAT32 ? Numbers.erfinv(x.getFirst()) : null;
        }
    },
    SIGMOID(1, FLOAT, (a, b) -> 1 / (1 + Math.exp(-a)), null, (x, y) -> asList(y.mul(y.one().sub(y)))) {
        @Override Expr define(List<Expr> x) {
            var one = x.getFirst().like(1);
            return one.div(one.add(EXP.on(NEG.on(x.getFirst()))));
        }
    },
    FLOOR(1, REAL, (a, b) -> Math.floor(a), (a, b) -> a, null) {
        @Override Expr define(List<Expr> x) {
            var whole = TRUNC.on(x);
            return isReal(x) ? SELECT.on(LT.on(x.getFirst(), whole), whole.sub(whole.like(1)), whole) : null;
        }
    },
    CEIL(1, REAL, (a, b) -> Math.ceil(a), (a, b) -> a, null) {
        @Override Expr define(List<Expr> x) {
            var whole = TRUNC.on(x);
            return isReal(x) ? SELECT.on(LT.on(whole, x.getFirst()), whole.add(whole.like(1)), whole) : null;
        }
    },
    TRUNC(1, REAL, (a, b) -> a < 0 ? Math.ceil(a) : Math.floor(a), (a, b) -> a, null),
    /// To the nearest whole number, halves to the even one.
    ROUND(1, NUMBER, (a, b) -> Math.rint(a), (a, b) -> a, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.of(on(a.re()), on(a.im())); }
    },

    /// `x[0] ? x[1] : x[2]`.
    SELECT(3, CHOICE, null, null, null) {
        @Override public Complex complex(Complex condition, Complex a, Complex b) {
            return Complex.of(on(condition.re(), a.re(), b.re()), on(condition.re(), a.im(), b.im()));
        }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(null, in.get(0).select(ct, ct.zero()), in.get(0).select(ct.zero(), ct));
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            var a = t.get(1);
            var b = t.get(2);
            if (a == null && b == null) return null;
            return in.get(0).select(a == null ? out.zero() : a, b == null ? out.zero() : b);
        }
    },
    REAL_PART(1, PART, (a, b) -> a, (a, b) -> a, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.real(a.re()); }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(in.getFirst().dtype().isComplex() ? COMPLEX.of(ct, ct.zero()) : ct);
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            return of(t.getFirst());
        }
    },
    IMAGINARY_PART(1, PART, (a, b) -> 0, (a, b) -> 0, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.real(a.im()); }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(in.getFirst().dtype().isComplex() ? COMPLEX.of(ct.zero(), ct) : null);
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            return of(t.getFirst());
        }
    },
    CONJUGATE(1, NUMBER, (a, b) -> a, (a, b) -> a, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.of(a.re(), NEG.on(a.im())); }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return asList(of(ct)); }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            return of(t.getFirst());
        }
    },
    /// The complex number of a real and an imaginary part.
    COMPLEX(2, PAIR, null, null, null) {
        @Override Complex complex(Complex a, Complex b) { return Complex.of(a.re(), b.re()); }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(REAL_PART.of(ct), IMAGINARY_PART.of(ct));
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            return of(in.get(0).orZero(t.get(0)), in.get(1).orZero(t.get(1)));
        }
    },
    /// The same number in another type: floats to integers toward zero, anything to `bool` by `!= 0`.
    CAST(1, CONVERT, (a, b) -> a, (a, b) -> a, null) {
        @Override Complex complex(Complex a, Complex b) { return a; }
        @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
            return asList(ct.to(in.getFirst().dtype()));
        }
        @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> t) {
            return t.getFirst().to(out.dtype());
        }
    };

    /// The value on real numbers; one-argument operations ignore `b`.
    @FunctionalInterface
    public interface Real { double of(double a, double b); }

    /// The value on integers, sign- or zero-extended to 64 bits; whoever calls narrows the result.
    @FunctionalInterface
    public interface Whole { long of(long a, long b); }

    interface Partials { List<@Nullable Node> of(List<Node> x, Node y); }

    private final String label;
    private final int arity;
    private final Typing typing;
    private final @Nullable Real real;
    private final @Nullable Whole whole;
    private final @Nullable Partials partials;

    Scalar(int arity, Typing typing, @Nullable Real real, @Nullable Whole whole, @Nullable Partials partials) {
        this.label = label(name());
        this.arity = arity;
        this.typing = typing;
        this.real = real;
        this.whole = whole;
        this.partials = partials;
    }

    public @Nullable Real real() { return real; }

    public @Nullable Whole whole() { return whole; }

    /// The value on `uint64`, where it differs from that on `int64`.
    public long unsigned(long a, long b) { return whole.of(a, b); }

    /// This operation as an expression of others, or null if it is one that a backend knows.
    @Nullable Expr define(List<Expr> x) { return null; }

    /// The value on complex numbers; null where there is none.
    @Nullable Complex complex(Complex a, Complex b) { return null; }

    public @Nullable Complex complex(Complex a, Complex b, Complex c) { return complex(a, b); }

    private static boolean isReal(List<Expr> x) { return x.getFirst().dtype().isFloat(); }

    /// Whether the operation takes complex numbers.
    public boolean isComplex() {
        var one = Complex.real(new Program.Builder().constant(1, Dtype.FLOAT32));
        return complex(one, one, one) != null;
    }

    public int arity() { return arity; }

    // ---- as an expression: types are known to fit --------------------------------------------------------------

    /// This operation on expressions whose types already agree.
    public Expr on(Expr... x) { return on(List.of(x)); }

    public Expr on(List<Expr> x) { return x.getFirst().program().apply(this, typing.result(x.getLast().dtype()), x); }

    // ---- as a node ---------------------------------------------------------------------------------------------

    /// The row's name as a Java method would have it: `floorDivide`.
    @Override public String label() { return label; }

    private static String label(String name) {
        var words = name.toLowerCase(Locale.ROOT).split("_");
        for (int i = 1; i < words.length; i++)
            words[i] = Character.toUpperCase(words[i].charAt(0)) + words[i].substring(1);
        return String.join("", words);
    }

    /// The node of this operation: promotes types, broadcasts shapes.
    public Node of(Node... in) {
        var inputs = typing.promote(this, in);
        var shape = inputs[0].shape();
        for (var x : inputs) shape = shape.broadcast(label(), x.shape());
        for (int i = 0; i < inputs.length; i++) inputs[i] = inputs[i].broadcast(shape);
        return Node.of(this, List.of(inputs), shape, typing.result(inputs[inputs.length - 1].dtype()));
    }

    static Node cast(Node x, Dtype to) { return Node.of(CAST, List.of(x), x.shape(), to); }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) {
        if (partials == null) return asList(new Node[in.size()]);
        return partials.of(in, out).stream().map(p -> ct.mul(p.conjugate())).toList();
    }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) {
        if (partials == null) return null;
        var slopes = partials.of(in, out);
        Node sum = null;
        for (int i = 0; i < slopes.size(); i++) {
            if (tangents.get(i) == null) continue;
            var term = slopes.get(i).mul(tangents.get(i));
            sum = sum == null ? term : sum.add(term);
        }
        return sum;
    }
}
