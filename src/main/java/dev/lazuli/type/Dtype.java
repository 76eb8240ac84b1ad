package dev.lazuli.type;

import java.math.BigInteger;

/// The element type of an array, with MLX's names and promotion.
///
/// Half types (`float16`, `bfloat16`) are storage: arithmetic on them runs in `float32`.
public enum Dtype {
    /// False or true, one byte: 0 or 1.
    BOOL(1, Kind.BOOL),
    /// 0 to 255.
    UINT8(1, Kind.UNSIGNED),
    /// 0 to 65,535.
    UINT16(2, Kind.UNSIGNED),
    /// 0 to 2^32 - 1.
    UINT32(4, Kind.UNSIGNED),
    /// 0 to 2^64 - 1; Java reads it as a `long` of the same bits.
    UINT64(8, Kind.UNSIGNED),
    /// A `byte`.
    INT8(1, Kind.SIGNED),
    /// A `short`.
    INT16(2, Kind.SIGNED),
    /// An `int`.
    INT32(4, Kind.SIGNED),
    /// A `long`.
    INT64(8, Kind.SIGNED),
    /// IEEE half precision: 11 bits of precision, at most 65,504.
    FLOAT16(2, Kind.FLOAT),
    /// The upper half of a `float`: 8 bits of precision, its range.
    BFLOAT16(2, Kind.FLOAT),
    /// A `float`.
    FLOAT32(4, Kind.FLOAT),
    /// A `double`.
    FLOAT64(8, Kind.FLOAT),
    /// Two `float`s: real and imaginary part.
    COMPLEX64(8, Kind.COMPLEX);

    /// What a number of a type can be; the constants go from the narrowest set of numbers to the widest.
    public enum Kind {
        /// False and true.
        BOOL,
        /// Whole numbers from 0 on.
        UNSIGNED,
        /// Whole numbers of both signs.
        SIGNED,
        /// Real numbers.
        FLOAT,
        /// Complex numbers.
        COMPLEX
    }

    private final int bytes;
    private final Kind kind;

    Dtype(int bytes, Kind kind) {
        this.bytes = bytes;
        this.kind = kind;
    }

    /// Bytes an element occupies.
    public int bytes() { return bytes; }

    /// What its numbers can be.
    public Kind kind() { return kind; }

    /// Whether it is `bool`.
    public boolean isBool() { return kind == Kind.BOOL; }

    /// Signed or unsigned integer; `bool` is neither.
    public boolean isInteger() { return kind == Kind.SIGNED || kind == Kind.UNSIGNED; }

    /// An integer type without negative numbers.
    public boolean isUnsigned() { return kind == Kind.UNSIGNED; }

    /// A real floating-point type.
    public boolean isFloat() { return kind == Kind.FLOAT; }

    /// Whether it is `complex64`.
    public boolean isComplex() { return kind == Kind.COMPLEX; }

    /// Real or complex floating point: the types that have derivatives.
    public boolean isInexact() { return isFloat() || isComplex(); }

    /// The type that holds results of both, as MLX decides it.
    ///
    /// Three cases surprise: `uint64` with a signed integer gives `float32`, `float16` with `bfloat16` gives
    /// `float32`, and an integer of any width leaves a float as it is.
    public Dtype promote(Dtype other) {
        if (this == other) return this;
        if (kind.compareTo(other.kind) < 0) return other.promote(this);
        return switch (kind) {
            case COMPLEX -> COMPLEX64;
            case FLOAT -> !other.isFloat() ? this
                : bytes == other.bytes ? FLOAT32 : bytes > other.bytes ? this : other;
            case SIGNED -> promoteSigned(other);
            case UNSIGNED -> other.isBool() || bytes > other.bytes ? this : other;
            case BOOL -> this;
        };
    }

    private Dtype promoteSigned(Dtype other) {
        if (other.isBool() || bytes > other.bytes) return this;
        if (other.kind == Kind.SIGNED) return other;
        return switch (other.bytes) {
            case 1 -> INT16;
            case 2 -> INT32;
            case 4 -> INT64;
            default -> FLOAT32;
        };
    }

    /// Whether values of this type are converted to another one without asking, where both meet.
    public boolean canCast(Dtype to) { return promote(to) == to; }

    /// The type an operation of floats computes this one in: itself if inexact, else `float32`.
    public Dtype toInexact() { return isInexact() ? this : FLOAT32; }

    /// The largest finite number: a `Double`, `Long`, or of `uint64` a `BigInteger`; 1 of `bool`.
    public Number max() {
        return switch (this) {
            case BOOL -> 1L;
            case UINT64 -> BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
            case UINT8, UINT16, UINT32 -> (1L << 8 * bytes) - 1;
            case INT8, INT16, INT32, INT64 -> Long.MAX_VALUE >> 64 - 8 * bytes;
            case FLOAT16 -> 65504.0;
            case BFLOAT16 -> 0x1.FEp127;
            case FLOAT32, COMPLEX64 -> (double) Float.MAX_VALUE;
            case FLOAT64 -> Double.MAX_VALUE;
        };
    }

    /// The lowest finite number: a `Double` or a `Long`.
    public Number min() {
        return switch (kind) {
            case BOOL, UNSIGNED -> 0L;
            case SIGNED -> ~max().longValue();
            case FLOAT, COMPLEX -> -max().doubleValue();
        };
    }

    /// The distance from 1 to the next larger number of a floating-point type.
    public double eps() { return Math.scalb(1.0, 1 - precision("eps")); }

    /// The smallest positive number of a floating-point type that has its full precision.
    public double smallestNormal() {
        precision("smallestNormal");
        return this == FLOAT16 ? 0x1p-14 : this == FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    private int precision(String asked) {
        return switch (this) {
            case FLOAT16 -> 11;
            case BFLOAT16 -> 8;
            case FLOAT32, COMPLEX64 -> 24;
            case FLOAT64 -> 53;
            default -> throw new IllegalArgumentException(asked + ": expected floating point, got " + this);
        };
    }

    /// The name MLX prints: `float32`, `bool`, `complex64`.
    @Override public String toString() { return name().toLowerCase(java.util.Locale.ROOT); }
}
