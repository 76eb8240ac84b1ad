package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// Elements of any real type at absolute addresses, as the Java number that holds them: `long` for integers and bool
/// (`uint64` as its bits), `double` for floats.
///
/// One element costs a switch. Strides are in elements of the strided side; the other side is dense.
public final class Elements {
    private Elements() {}

    public static double getDouble(Dtype dtype, long address) {
        return switch (dtype) {
            case FLOAT32 -> Ram.ALL.get(JAVA_FLOAT_UNALIGNED, address);
            case FLOAT64 -> Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, address);
            case FLOAT16 -> Float.float16ToFloat(Ram.ALL.get(JAVA_SHORT_UNALIGNED, address));
            case BFLOAT16 -> Float.intBitsToFloat(Ram.ALL.get(JAVA_SHORT_UNALIGNED, address) << 16);
            case UINT64 -> {
                long bits = getLong(dtype, address);
                yield bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
            }
            default -> getLong(dtype, address);
        };
    }

    public static long getLong(Dtype dtype, long address) {
        return switch (dtype) {
            case BOOL -> Ram.ALL.get(JAVA_BYTE, address) != 0 ? 1 : 0;
            case UINT8 -> Ram.ALL.get(JAVA_BYTE, address) & 0xFF;
            case UINT16 -> Ram.ALL.get(JAVA_SHORT_UNALIGNED, address) & 0xFFFF;
            case UINT32 -> Ram.ALL.get(JAVA_INT_UNALIGNED, address) & 0xFFFF_FFFFL;
            case INT8 -> Ram.ALL.get(JAVA_BYTE, address);
            case INT16 -> Ram.ALL.get(JAVA_SHORT_UNALIGNED, address);
            case INT32 -> Ram.ALL.get(JAVA_INT_UNALIGNED, address);
            case UINT64, INT64 -> Ram.ALL.get(JAVA_LONG_UNALIGNED, address);
            default -> (long) getDouble(dtype, address);
        };
    }

    public static void putDouble(Dtype dtype, long address, double value) {
        switch (dtype) {
            case FLOAT32 -> Ram.ALL.set(JAVA_FLOAT_UNALIGNED, address, (float) value);
            case FLOAT64 -> Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, address, value);
            case FLOAT16 -> Ram.ALL.set(JAVA_SHORT_UNALIGNED, address, Float.floatToFloat16((float) value));
            case BFLOAT16 -> Ram.ALL.set(JAVA_SHORT_UNALIGNED, address, toBfloat16((float) value));
            default -> putLong(dtype, address, (long) value);
        }
    }

    public static void putLong(Dtype dtype, long address, long value) {
        switch (dtype) {
            case BOOL -> Ram.ALL.set(JAVA_BYTE, address, (byte) (value != 0 ? 1 : 0));
            case UINT8, INT8 -> Ram.ALL.set(JAVA_BYTE, address, (byte) value);
            case UINT16, INT16 -> Ram.ALL.set(JAVA_SHORT_UNALIGNED, address, (short) value);
            case UINT32, INT32 -> Ram.ALL.set(JAVA_INT_UNALIGNED, address, (int) value);
            case UINT64, INT64 -> Ram.ALL.set(JAVA_LONG_UNALIGNED, address, value);
            default -> putDouble(dtype, address, value);
        }
    }

    /// Rounds to the nearest `bfloat16`, ties to even; NaN stays NaN.
    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (value != value) return (short) (bits >>> 16 | 0x40);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    static void toFloats(Dtype dtype, long x, long stride, long n, long y) {
        long step = stride * dtype.bytes();
        if (dtype == Dtype.FLOAT32)
            for (long i = 0; i < n; i++)
                Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y + 4 * i, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x + step * i));
        else
            for (long i = 0; i < n; i++)
                Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y + 4 * i, (float) getDouble(dtype, x + step * i));
    }

    static void toDoubles(Dtype dtype, long x, long stride, long n, long y) {
        long step = stride * dtype.bytes();
        if (dtype == Dtype.FLOAT32)
            for (long i = 0; i < n; i++)
                Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, y + 8 * i, Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x + step * i));
        else
            for (long i = 0; i < n; i++)
                Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, y + 8 * i, getDouble(dtype, x + step * i));
    }

    static void fromDoubles(long x, long n, Dtype dtype, long y, long stride) {
        long step = stride * dtype.bytes();
        if (dtype == Dtype.FLOAT32)
            for (long i = 0; i < n; i++)
                Ram.ALL.set(JAVA_FLOAT_UNALIGNED, y + step * i, (float) Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, x + 8 * i));
        else
            for (long i = 0; i < n; i++)
                putDouble(dtype, y + step * i, Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, x + 8 * i));
    }

    static void toLongs(Dtype dtype, long x, long stride, long n, long y) {
        long step = stride * dtype.bytes();
        for (long i = 0; i < n; i++) Ram.ALL.set(JAVA_LONG_UNALIGNED, y + 8 * i, getLong(dtype, x + step * i));
    }

    static void fromLongs(long x, long n, Dtype dtype, long y, long stride) {
        long step = stride * dtype.bytes();
        for (long i = 0; i < n; i++) putLong(dtype, y + step * i, Ram.ALL.get(JAVA_LONG_UNALIGNED, x + 8 * i));
    }
}
