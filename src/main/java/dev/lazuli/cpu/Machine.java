package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;

/// The types the JVM computes in: every storage type is held in one of them.
///
/// `bool` and narrow integers are `INT`, sign- or zero-extended; `uint32` and `uint64` are the bits of their signed
/// twins; half types are `FLOAT`.
enum Machine {
    INT(int.class),
    LONG(long.class),
    FLOAT(float.class),
    DOUBLE(double.class);

    private final Class<?> type;

    Machine(Class<?> type) { this.type = type; }

    static Machine of(Dtype dtype) {
        if (dtype.isFloat()) return dtype == Dtype.FLOAT64 ? DOUBLE : FLOAT;
        return dtype.bytes() == 8 ? LONG : INT;
    }

    Class<?> type() { return type; }

    boolean isFloat() { return this == FLOAT || this == DOUBLE; }

    int bytes() { return this == LONG || this == DOUBLE ? 8 : 4; }

    /// The letter that JVM instructions on it begin with.
    char letter() { return name().charAt(0); }
}
