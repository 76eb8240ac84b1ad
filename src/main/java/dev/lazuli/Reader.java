package dev.lazuli;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.lazuli.memory.Ram;
import dev.lazuli.memory.Values;
import dev.lazuli.type.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.math.BigInteger;

/// Reads elements out of evaluated arrays, in row-major order, whatever their layout.
final class Reader {
    private Reader() {}

    @FunctionalInterface
    interface Visitor { void visit(int index, long address); }

    /// Calls back with the place and address of each element.
    static void each(Array x, Visitor visitor) {
        var ready = x.ready();
        int n = Math.toIntExact(x.size());
        if (n == 0) return;
        var layout = ready.layout();
        long base = ready.buffer().address();
        int bytes = x.dtype().bytes();
        var index = new int[x.rank()];
        long at = layout.offset();
        for (int i = 0; ; ) {
            visitor.visit(i, base + at * bytes);
            if (++i == n) break;
            for (int axis = index.length - 1; ; axis--) {
                at += layout.stride(axis);
                if (++index[axis] < layout.shape().dim(axis)) break;
                at -= index[axis] * layout.stride(axis);
                index[axis] = 0;
            }
        }
        Reference.reachabilityFence(ready);
    }

    private static long address(Array x) {
        if (x.size() != 1) throw new IllegalStateException("item: expected one element, got shape " + x.shape());
        var ready = x.ready();
        return ready.buffer().address() + ready.layout().offset() * x.dtype().bytes();
    }

    static double item(Array x) {
        if (x.dtype().isComplex()) throw new IllegalStateException("item: complex64 has two parts; use toFloatArray()");
        double value = Values.real(address(x), x.dtype());
        Reference.reachabilityFence(x);
        return value;
    }

    static long itemLong(Array x) {
        long value = Values.whole(address(x), x.dtype());
        Reference.reachabilityFence(x);
        return value;
    }

    static float[] floats(Array x) {
        if (x.dtype().isComplex()) return floats(parts(x));
        var to = new float[Math.toIntExact(x.size())];
        if (!copied(x, Dtype.FLOAT32, JAVA_FLOAT_UNALIGNED, to))
            each(x, (i, address) -> to[i] = (float) Values.real(address, x.dtype()));
        return to;
    }

    static double[] doubles(Array x) {
        if (x.dtype().isComplex()) return doubles(parts(x));
        var to = new double[Math.toIntExact(x.size())];
        if (!copied(x, Dtype.FLOAT64, JAVA_DOUBLE_UNALIGNED, to))
            each(x, (i, address) -> to[i] = Values.real(address, x.dtype()));
        return to;
    }

    private static Array parts(Array x) {
        return x.rank() == 0 ? parts(x.reshape(1)) : Lazuli.contiguous(x).view(Dtype.FLOAT32);
    }

    static int[] ints(Array x) {
        var to = new int[Math.toIntExact(x.size())];
        if (!copied(x, Dtype.INT32, JAVA_INT_UNALIGNED, to))
            each(x, (i, address) -> to[i] = (int) Values.whole(address, x.dtype()));
        return to;
    }

    static long[] longs(Array x) {
        var to = new long[Math.toIntExact(x.size())];
        if (!copied(x, Dtype.INT64, JAVA_LONG_UNALIGNED, to))
            each(x, (i, address) -> to[i] = Values.whole(address, x.dtype()));
        return to;
    }

    static BigInteger[] integers(Array x) {
        var to = new BigInteger[Math.toIntExact(x.size())];
        boolean wide = x.dtype() == Dtype.UINT64;
        each(x, (i, address) -> {
            long bits = Values.whole(address, x.dtype());
            to[i] = wide ? new BigInteger(Long.toUnsignedString(bits)) : BigInteger.valueOf(bits);
        });
        return to;
    }

    static short[] shorts(Array x) {
        var to = new short[Math.toIntExact(x.size())];
        each(x, (i, address) -> to[i] = (short) Values.whole(address, x.dtype()));
        return to;
    }

    static byte[] bytes(Array x) {
        var to = new byte[Math.toIntExact(x.size())];
        each(x, (i, address) -> to[i] = (byte) Values.whole(address, x.dtype()));
        return to;
    }

    static boolean[] booleans(Array x) {
        var to = new boolean[Math.toIntExact(x.size())];
        each(x, (i, address) -> to[i] = Values.real(address, x.dtype()) != 0);
        return to;
    }

    // In one piece, if type and layout allow it. Copies of less than 64 bytes to a segment of the array, instead of to
    // the array itself, left zeros in processes in which the JVM had compiled others before.
    private static boolean copied(Array x, Dtype type, ValueLayout element, Object to) {
        if (x.dtype() != type) return false;
        var ready = x.ready();
        if (!ready.layout().isContiguous()) return false;
        long from = ready.buffer().address() + ready.layout().offset() * type.bytes();
        MemorySegment.copy(Ram.ALL, element, from, to, 0, Math.toIntExact(x.size()));
        Reference.reachabilityFence(ready);
        return true;
    }

    static MemorySegment segment(Array x) {
        var ready = x.ready();
        if (!ready.layout().isContiguous())
            throw new IllegalStateException("memorySegment: " + ready.layout()
                + " is not row-major; call contiguous(x) first");
        var segment = ready.buffer().segment();
        return segment.asSlice(ready.layout().offset() * x.dtype().bytes(), x.bytes()).asReadOnly();
    }
}
