package dev.lazuli.io;

import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

/// The types of GGUF's metadata values; a constant's ordinal is its number in the file.
enum GgufKind {
    UINT8(Dtype.UINT8), INT8(Dtype.INT8), UINT16(Dtype.UINT16), INT16(Dtype.INT16), UINT32(Dtype.UINT32),
    INT32(Dtype.INT32), FLOAT32(Dtype.FLOAT32), BOOL(Dtype.BOOL), STRING(null), ARRAY(null), UINT64(Dtype.UINT64),
    INT64(Dtype.INT64), FLOAT64(Dtype.FLOAT64);

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

    /// What it is in an array; null of strings and arrays.
    final @Nullable Dtype dtype;
    /// 0 if the value says itself how long it is.
    final int bytes;

    GgufKind(@Nullable Dtype dtype) {
        this.dtype = dtype;
        this.bytes = dtype == null ? 0 : dtype.bytes();
    }

    /// The kind that holds numbers of a type; null if the format has none.
    static @Nullable GgufKind of(Dtype dtype) {
        for (var kind : values()) if (kind.dtype == dtype) return kind;
        return null;
    }

    Object read(MemorySegment data, long at) {
        return switch (this) {
            case UINT8 -> (long) Byte.toUnsignedInt(data.get(JAVA_BYTE, at));
            case INT8 -> (long) data.get(JAVA_BYTE, at);
            case UINT16 -> (long) Short.toUnsignedInt(data.get(SHORT, at));
            case INT16 -> (long) data.get(SHORT, at);
            case UINT32 -> Integer.toUnsignedLong(data.get(INT, at));
            case INT32 -> (long) data.get(INT, at);
            case UINT64 -> unsigned(data.get(LONG, at));
            case INT64 -> data.get(LONG, at);
            case FLOAT32 -> data.get(FLOAT, at);
            case FLOAT64 -> data.get(DOUBLE, at);
            case BOOL -> data.get(JAVA_BYTE, at) != 0;
            case STRING, ARRAY -> throw new AssertionError(this);
        };
    }

    private static Object unsigned(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }
}
