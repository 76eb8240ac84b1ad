package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.function.DoubleSupplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/// Operands of tests, in every layout that kernels meet, and their elements as doubles in row-major order.
final class Data {
    /// How the elements of an operand lie: without gaps, with gaps between rows, last axis outermost, every second
    /// element, backwards, all rows the same.
    enum Layout { DENSE, PADDED, PERMUTED, SPREAD, REVERSED, REPEATED }

    private Data() {}

    static Operand operand(Arena arena, Dtype dtype, Layout layout, int... dims) {
        int rank = dims.length;
        long[] strides = new long[rank];
        long next = layout == Layout.SPREAD ? 2 : 1;
        for (int j = 0; j < rank; j++) {
            int i = layout == Layout.PERMUTED ? (rank - j) % rank : rank - 1 - j;
            strides[i] = next;
            next *= Math.max(1, dims[i]);
            if (j == 0 && layout == Layout.PADDED) next += 3;
        }
        long address = arena.allocate(Math.max(1, next) * dtype.bytes(), 64).address();
        if (layout == Layout.REVERSED) {
            for (int i = 0; i < rank; i++) {
                address += strides[i] * Math.max(0, dims[i] - 1) * dtype.bytes();
                strides[i] = -strides[i];
            }
        }
        if (layout == Layout.REPEATED) for (int i = 0; i < rank - 1; i++) strides[i] = 0;
        return new Operand(dtype, Shape.of(dims), strides, address);
    }

    static Operand dense(Arena arena, Dtype dtype, int... dims) { return operand(arena, dtype, Layout.DENSE, dims); }

    static Operand of(Arena arena, Dtype dtype, double[] values, int... dims) {
        var x = dense(arena, dtype, dims);
        for (int i = 0; i < values.length; i++) Elements.putDouble(dtype, address(x, i), values[i]);
        return x;
    }

    static Operand fill(Operand x, DoubleSupplier value) {
        for (long i = 0; i < x.shape().size(); i++) Elements.putDouble(x.dtype(), address(x, i), value.getAsDouble());
        return x;
    }

    static Operand random(Operand x, Random random) { return fill(x, () -> random.nextGaussian() * 2); }

    static long address(Operand x, long index) {
        long offset = 0;
        for (int i = x.rank() - 1; i >= 0; i--) {
            offset += index % x.dim(i) * x.stride(i);
            index /= x.dim(i);
        }
        return x.address() + offset * x.dtype().bytes();
    }

    static double[] read(Operand x) {
        var values = new double[Math.toIntExact(x.shape().size())];
        for (int i = 0; i < values.length; i++) values[i] = Elements.getDouble(x.dtype(), address(x, i));
        return values;
    }

    static void assertClose(double[] want, Operand got, double relative, double absolute, String what) {
        var values = read(got);
        assertEquals(want.length, values.length, what);
        for (int i = 0; i < want.length; i++) {
            double w = want[i];
            double g = values[i];
            if (Double.isNaN(w) ? Double.isNaN(g) : w == g || Math.abs(w - g) <= absolute + relative * Math.abs(w))
                continue;
            fail(what + ": element " + i + ": got " + g + ", expected " + w);
        }
    }

    /// What rounding to the type alone may cost, several times over for float32, whose sums round too.
    static double tolerance(Dtype dtype) {
        return switch (dtype) {
            case FLOAT16 -> 1e-3;
            case BFLOAT16 -> 8e-3;
            case FLOAT64 -> 1e-12;
            default -> 1e-5;
        };
    }
}
