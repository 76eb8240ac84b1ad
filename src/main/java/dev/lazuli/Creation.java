package dev.lazuli;

import dev.lazuli.graph.Node;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/// Arrays out of Java's arrays and memory.
final class Creation {
    private Creation() {}

    static Array of(float[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.FLOAT32, shape); }

    static Array of(double[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.FLOAT64, shape); }

    static Array of(int[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.INT32, shape); }

    static Array of(long[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.INT64, shape); }

    static Array of(short[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.INT16, shape); }

    static Array of(byte[] values, Shape shape) { return copy(MemorySegment.ofArray(values), Dtype.INT8, shape); }

    static Array of(boolean[] values, Shape shape) {
        var bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (values[i] ? 1 : 0);
        return copy(MemorySegment.ofArray(bytes), Dtype.BOOL, shape);
    }

    static Array of(MemorySegment segment, Dtype dtype, Shape shape) {
        if (!segment.isNative()) return copy(segment, dtype, shape);
        check(segment, dtype, shape);
        return Array.of(Node.of(Buffer.of(segment), Layout.of(shape), dtype));
    }

    static Array of(java.nio.Buffer values, int... dims) {
        return switch (values) {
            case ByteBuffer b -> of(b, Dtype.INT8, ValueLayout.JAVA_BYTE, dims);
            case ShortBuffer b -> of(b, Dtype.INT16, ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(b.order()), dims);
            case IntBuffer b -> of(b, Dtype.INT32, ValueLayout.JAVA_INT_UNALIGNED.withOrder(b.order()), dims);
            case LongBuffer b -> of(b, Dtype.INT64, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(b.order()), dims);
            case FloatBuffer b -> of(b, Dtype.FLOAT32, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(b.order()), dims);
            case DoubleBuffer b -> of(b, Dtype.FLOAT64, ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(b.order()), dims);
            default -> throw new IllegalArgumentException("array: expected a buffer of numbers, got one of characters");
        };
    }

    private static Array of(java.nio.Buffer values, Dtype dtype, ValueLayout type, int... dims) {
        var segment = MemorySegment.ofBuffer(values);
        if (type.order() != ByteOrder.nativeOrder()) {
            var ordered = Arena.ofAuto().allocate(segment.byteSize());
            MemorySegment.copy(segment, type, 0, ordered, type.withOrder(ByteOrder.nativeOrder()), 0,
                values.remaining());
            segment = ordered;
        }
        return of(segment, dtype, dims.length == 0 ? Shape.of(values.remaining()) : Shape.of(dims));
    }

    private static Array copy(MemorySegment from, Dtype dtype, Shape shape) {
        check(from, dtype, shape);
        var buffer = Pool.allocate("array", from.byteSize());
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, Ram.ALL, ValueLayout.JAVA_BYTE, buffer.address(),
            from.byteSize());
        return Array.of(Node.of(Pool.keep(buffer), Layout.of(shape), dtype));
    }

    private static void check(MemorySegment segment, Dtype dtype, Shape shape) {
        if (segment.byteSize() != shape.size() * dtype.bytes())
            throw new IllegalArgumentException("array: " + shape + " " + dtype + " takes "
                + shape.size() * dtype.bytes() + " bytes (" + shape.size() + " elements), got " + segment.byteSize());
    }
}
