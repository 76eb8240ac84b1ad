package dev.lazuli.graph;

import dev.lazuli.type.Dtype;

/// A value inside a program that is being written: the name of one of its steps.
public record Expr(Program.Builder program, int step, Dtype dtype) {

    /// A constant of this value's type.
    public Expr like(double value) { return program.constant(value, dtype); }

    public Expr add(Expr b) { return Scalar.ADD.on(this, b); }

    public Expr sub(Expr b) { return Scalar.SUB.on(this, b); }

    public Expr mul(Expr b) { return Scalar.MUL.on(this, b); }

    public Expr div(Expr b) { return Scalar.DIV.on(this, b); }

    public Expr neg() { return Scalar.NEG.on(this); }

    /// The same number in another type.
    public Expr to(Dtype type) {
        return type == dtype ? this : program.apply(Scalar.CAST, type, java.util.List.of(this));
    }
}
