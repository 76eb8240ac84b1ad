package dev.lazuli.cpu;

import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;

/// One number of any real type in 64 bits: floats as the bits of a double, integers sign- or zero-extended.
///
/// What every operation means in every type is written here; generated code is only faster.
final class Value {
    private Value() {}

    static double real(long x) { return Double.longBitsToDouble(x); }

    static long of(double x) { return Double.doubleToRawLongBits(x); }

    /// A constant; half types compute in `float32`, so theirs keep its precision.
    static long constant(Dtype dtype, double x) {
        if (dtype.isFloat()) return round(dtype, x);
        return dtype.isBool() ? x != 0 ? 1 : 0 : dtype == Dtype.UINT64 ? Cells.toUint64(x) : wrap(dtype, (long) x);
    }

    static long load(Dtype dtype, long at) {
        return dtype.isFloat() ? of(Elements.getDouble(dtype, at)) : Elements.getLong(dtype, at);
    }

    static void store(Dtype dtype, long at, long x) {
        if (dtype.isFloat()) Elements.putDouble(dtype, at, real(x));
        else Elements.putLong(dtype, at, x);
    }

    /// A row other than `CAST` and `SELECT`.
    ///
    /// @param from the type of the arguments
    static long apply(Scalar op, Dtype from, Dtype to, long a, long b) {
        if (from.isFloat()) {
            double y = op.real().of(real(a), real(b));
            return to.isFloat() ? round(to, y) : y != 0 ? 1 : 0;
        }
        if (op == Scalar.NOT && to.isBool()) return a ^ 1;
        return wrap(to, from == Dtype.UINT64 ? op.unsigned(a, b) : op.whole().of(a, b));
    }

    static long cast(Dtype from, Dtype to, long x) {
        if (to.isBool()) return from.isFloat() ? real(x) != 0 ? 1 : 0 : x != 0 ? 1 : 0;
        if (from.isFloat()) return to.isFloat() ? nearest(to, real(x)) : whole(to, real(x));
        if (!to.isFloat()) return wrap(to, x);
        boolean unsigned = from == Dtype.UINT64;
        if (to == Dtype.FLOAT32) return of(unsigned ? Cells.unsignedToFloat(x) : (float) x);
        return nearest(to, unsigned ? Cells.unsignedToDouble(x) : (double) x);
    }

    /// To the precision that values of a type are computed in.
    private static long round(Dtype dtype, double x) { return of(dtype == Dtype.FLOAT64 ? x : (float) x); }

    /// To the precision that a type is stored in.
    private static long nearest(Dtype dtype, double x) {
        return of(switch (dtype) {
            case FLOAT16 -> Cells.roundFloat16(x);
            case BFLOAT16 -> Cells.roundBfloat16(x);
            case FLOAT32 -> (float) x;
            default -> x;
        });
    }

    private static long whole(Dtype dtype, double x) {
        return switch (dtype) {
            case INT64 -> (long) x;
            case UINT64 -> Cells.toUint64(x);
            case UINT32 -> Cells.toUint32(x) & 0xFFFFFFFFL;
            default -> wrap(dtype, (int) x);
        };
    }

    static long wrap(Dtype dtype, long x) {
        return switch (dtype) {
            case BOOL -> x != 0 ? 1 : 0;
            case INT8 -> (byte) x;
            case INT16 -> (short) x;
            case INT32 -> (int) x;
            case UINT8 -> x & 0xFF;
            case UINT16 -> x & 0xFFFF;
            case UINT32 -> x & 0xFFFFFFFFL;
            default -> x;
        };
    }

    /// What a fold of nothing gives: the element that changes no other.
    static long identity(Scalar fold, Dtype dtype) {
        return switch (fold) {
            case ADD -> constant(dtype, 0);
            case MUL -> constant(dtype, 1);
            case MAX -> dtype.isFloat() ? of(Double.NEGATIVE_INFINITY) : lowest(dtype);
            case MIN -> dtype.isFloat() ? of(Double.POSITIVE_INFINITY) : ~lowest(dtype) & mask(dtype);
            default -> throw new IllegalArgumentException(
                "reduce: expected add, mul, min or max, got " + fold.label());
        };
    }

    private static long lowest(Dtype dtype) {
        return dtype.isUnsigned() || dtype.isBool() ? 0 : -1L << 8 * dtype.bytes() - 1;
    }

    private static long mask(Dtype dtype) {
        return dtype.isBool() ? 1 : dtype.isUnsigned() && dtype.bytes() < 8 ? (1L << 8 * dtype.bytes()) - 1 : -1;
    }
}
