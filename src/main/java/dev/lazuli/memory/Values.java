package dev.lazuli.memory;

import dev.lazuli.type.Dtype;
import java.lang.foreign.ValueLayout;

/// One element at an address, as a Java number: `Boolean` for `bool`, `Long` for integers, `Double` for floats,
/// `float[]` of two for complex ones are read elsewhere.
public final class Values {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    private Values() {}

    /// Writes a number in a type; a complex one gets no imaginary part.
    public static void write(long address, Dtype dtype, Number value) {
        switch (dtype) {
            case BOOL -> Ram.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) (value.doubleValue() != 0 ? 1 : 0));
            case UINT8, INT8 -> Ram.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) whole(value));
            case UINT16, INT16 -> Ram.ALL.set(SHORT, address, (short) whole(value));
            case UINT32, INT32 -> Ram.ALL.set(INT, address, (int) whole(value));
            case UINT64, INT64 -> Ram.ALL.set(LONG, address, whole(value));
            case FLOAT16 -> Ram.ALL.set(SHORT, address, Float.floatToFloat16(value.floatValue()));
            case BFLOAT16 -> Ram.ALL.set(SHORT, address, bfloat16(value.floatValue()));
            case FLOAT32 -> Ram.ALL.set(FLOAT, address, value.floatValue());
            case FLOAT64 -> Ram.ALL.set(DOUBLE, address, value.doubleValue());
            case COMPLEX64 -> {
                Ram.ALL.set(FLOAT, address, value.floatValue());
                Ram.ALL.set(FLOAT, address + 4, 0);
            }
        }
    }

    // Java narrows a double to long by saturation; other numbers know their low bits.
    private static long whole(Number value) {
        return value instanceof Double || value instanceof Float ? (long) value.doubleValue() : value.longValue();
    }

    /// The value of a float of any width, or of the real part.
    public static double real(long address, Dtype dtype) {
        return switch (dtype) {
            case FLOAT16 -> Float.float16ToFloat(Ram.ALL.get(SHORT, address));
            case BFLOAT16 -> Float.intBitsToFloat(Ram.ALL.get(SHORT, address) << 16);
            case FLOAT32, COMPLEX64 -> Ram.ALL.get(FLOAT, address);
            case FLOAT64 -> Ram.ALL.get(DOUBLE, address);
            case UINT64 -> {
                long bits = Ram.ALL.get(LONG, address);
                yield bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
            }
            default -> whole(address, dtype);
        };
    }

    /// The value of an integer or `bool`; `uint64` as its bits.
    public static long whole(long address, Dtype dtype) {
        return switch (dtype) {
            case BOOL, INT8 -> Ram.ALL.get(ValueLayout.JAVA_BYTE, address);
            case UINT8 -> Ram.ALL.get(ValueLayout.JAVA_BYTE, address) & 0xFF;
            case INT16 -> Ram.ALL.get(SHORT, address);
            case UINT16 -> Ram.ALL.get(SHORT, address) & 0xFFFF;
            case INT32 -> Ram.ALL.get(INT, address);
            case UINT32 -> Ram.ALL.get(INT, address) & 0xFFFFFFFFL;
            case INT64, UINT64 -> Ram.ALL.get(LONG, address);
            default -> (long) real(address, dtype);
        };
    }

    /// The nearest bfloat16, ties to even.
    public static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) return (short) (bits >>> 16 | 0x40);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
