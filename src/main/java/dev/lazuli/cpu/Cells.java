package dev.lazuli.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lazuli.memory.Ram;

/// Elements in memory, and the conversions that are no JVM instruction.
///
/// Loads and stores bear the name of their type: generated code calls them by it.
final class Cells {
    private Cells() {}

    static int bool(long at) { return Ram.ALL.get(JAVA_BYTE, at) == 0 ? 0 : 1; }
    static int int8(long at) { return Ram.ALL.get(JAVA_BYTE, at); }
    static int uint8(long at) { return Ram.ALL.get(JAVA_BYTE, at) & 0xFF; }
    static int int16(long at) { return Ram.ALL.get(JAVA_SHORT_UNALIGNED, at); }
    static int uint16(long at) { return Ram.ALL.get(JAVA_SHORT_UNALIGNED, at) & 0xFFFF; }
    static int int32(long at) { return Ram.ALL.get(JAVA_INT_UNALIGNED, at); }
    static int uint32(long at) { return Ram.ALL.get(JAVA_INT_UNALIGNED, at); }
    static long int64(long at) { return Ram.ALL.get(JAVA_LONG_UNALIGNED, at); }
    static long uint64(long at) { return Ram.ALL.get(JAVA_LONG_UNALIGNED, at); }
    static float float16(long at) { return Float.float16ToFloat(Ram.ALL.get(JAVA_SHORT_UNALIGNED, at)); }
    static float bfloat16(long at) { return Float.intBitsToFloat(Ram.ALL.get(JAVA_SHORT_UNALIGNED, at) << 16); }
    static float float32(long at) { return Ram.ALL.get(JAVA_FLOAT_UNALIGNED, at); }
    static double float64(long at) { return Ram.ALL.get(JAVA_DOUBLE_UNALIGNED, at); }

    static void bool(long at, int x) { Ram.ALL.set(JAVA_BYTE, at, (byte) x); }
    static void int8(long at, int x) { Ram.ALL.set(JAVA_BYTE, at, (byte) x); }
    static void uint8(long at, int x) { Ram.ALL.set(JAVA_BYTE, at, (byte) x); }
    static void int16(long at, int x) { Ram.ALL.set(JAVA_SHORT_UNALIGNED, at, (short) x); }
    static void uint16(long at, int x) { Ram.ALL.set(JAVA_SHORT_UNALIGNED, at, (short) x); }
    static void int32(long at, int x) { Ram.ALL.set(JAVA_INT_UNALIGNED, at, x); }
    static void uint32(long at, int x) { Ram.ALL.set(JAVA_INT_UNALIGNED, at, x); }
    static void int64(long at, long x) { Ram.ALL.set(JAVA_LONG_UNALIGNED, at, x); }
    static void uint64(long at, long x) { Ram.ALL.set(JAVA_LONG_UNALIGNED, at, x); }
    static void float16(long at, float x) { Ram.ALL.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(x)); }
    static void bfloat16(long at, float x) { Ram.ALL.set(JAVA_SHORT_UNALIGNED, at, Elements.toBfloat16(x)); }
    static void float32(long at, float x) { Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at, x); }
    static void float64(long at, double x) { Ram.ALL.set(JAVA_DOUBLE_UNALIGNED, at, x); }

    // ---- the nearest half, ties to even ------------------------------------------------------------------------

    static float roundFloat16(float x) { return Float.float16ToFloat(Float.floatToFloat16(x)); }

    static float roundBfloat16(float x) { return Float.intBitsToFloat(Elements.toBfloat16(x) << 16); }

    static float roundFloat16(double x) { return roundFloat16(toOdd(x)); }

    static float roundBfloat16(double x) { return roundBfloat16(toOdd(x)); }

    /// A float that rounds to any narrower type as `x` itself does: toward zero, the last bit set if inexact.
    private static float toOdd(double x) {
        float near = (float) x;
        if (near == x || x != x) return near;
        int bits = Float.floatToRawIntBits(near);
        return Float.intBitsToFloat((Math.abs((double) near) > Math.abs(x) ? bits - 1 : bits) | 1);
    }

    // ---- unsigned integers -------------------------------------------------------------------------------------

    static double unsignedToDouble(long x) { return x >= 0 ? x : 2.0 * (x >>> 1 | x & 1); }

    static float unsignedToFloat(long x) { return x >= 0 ? x : 2f * (x >>> 1 | x & 1); }

    static int toUint32(double x) { return x >= 0x1p31 ? (int) (x - 0x1p31) ^ Integer.MIN_VALUE : (int) x; }

    static long toUint64(double x) { return x >= 0x1p63 ? (long) (x - 0x1p63) ^ Long.MIN_VALUE : (long) x; }
}
