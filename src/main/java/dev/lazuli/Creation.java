package dev.lazuli;

import dev.lazuli.graph.Node;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
