package dev.lazuli.graph;

import static dev.lazuli.type.Dtype.BOOL;
import static dev.lazuli.type.Dtype.COMPLEX64;
import static dev.lazuli.type.Dtype.FLOAT32;

import dev.lazuli.type.Dtype;

/// How the types of an elementwise operation work out: what its operands are converted to, and what it returns.
enum Typing {
    /// Any numbers; the result is of their type.
    NUMBER,
    /// As `NUMBER`, without complex numbers.
    REAL,
    /// As `NUMBER`, without `bool`.
    SIGNED,
    /// Any numbers; a complex one gives a real one.
    MODULUS,
    /// Real or complex floats; integers become `float32`.
    INEXACT,
    /// Real floats; integers become `float32`.
    FLOAT,
    /// Any numbers; the result is `bool`.
    COMPARE,
    /// Integers and `bool`.
    BITS,
    /// Integers; `bool` becomes `uint8`.
    INTEGER,
    /// A condition and two alternatives.
    CHOICE,
    /// The part of a complex number; a real one is its own real part.
    PART,
    /// Two real numbers that make a complex one.
    PAIR,
    /// A conversion, whose result the caller names.
    CONVERT;

    Dtype result(Dtype operand) {
        return switch (this) {
            case COMPARE -> BOOL;
            case MODULUS, PART -> operand.isComplex() ? FLOAT32 : operand;
            case PAIR -> COMPLEX64;
            default -> operand;
        };
    }

    /// The operands in the type the operation computes in.
    Node[] promote(Scalar op, Node... in) {
        if (in.length != op.arity())
            throw new IllegalArgumentException(op.label() + ": expected " + op.arity() + " operands, got " + in.length);
        var to = in[in.length - 1].dtype();
        int first = this == CHOICE ? 1 : 0;
        for (int i = first; i < in.length; i++) to = to.promote(in[i].dtype());
        to = operand(op, to);
        var out = new Node[in.length];
        if (first == 1) out[0] = in[0].to(BOOL);
        for (int i = first; i < in.length; i++) out[i] = in[i].to(to);
        return out;
    }

    private Dtype operand(Scalar op, Dtype type) {
        boolean fits = switch (this) {
            case REAL, FLOAT -> !type.isComplex();
            case BITS, INTEGER -> type.isInteger() || type.isBool();
            case SIGNED -> !type.isBool();
            default -> true;
        };
        if (!fits || type.isComplex() && !op.isComplex() && this != PAIR)
            throw new IllegalArgumentException(op.label() + ": not defined for " + type);
        return switch (this) {
            case INEXACT, FLOAT -> type.toInexact();
            case INTEGER -> type.isBool() ? Dtype.UINT8 : type;
            case PAIR -> FLOAT32;
            default -> type;
        };
    }
}
