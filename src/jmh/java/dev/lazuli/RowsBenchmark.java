package dev.lazuli;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Copies;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.Rows;
import dev.lazuli.cpu.Workers;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Row kernels on 4096 × 4096 floats from memory: 134 MB move a call, 8 bytes an element, as in `copy` and in
/// `scale`, the same with ordinary stores, which read a line before they write it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RowsBenchmark {
    private static final int N = 4096;
    /// Keeps what operands point into.
    private static final List<Object> MEMORY = new ArrayList<>();

    private final Rows rows = new Rows(Provider.chosen());
    private Operand x;
    private Operand y;
    private Operand weight;
    private Operand bias;

    static Operand random(Dtype dtype, int... dims) {
        var shape = Shape.of(dims);
        long[] strides = new long[dims.length];
        long next = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= dims[i];
        }
        var memory = Arena.ofAuto().allocate(shape.size() * dtype.bytes(), 4096);
        var random = new SplittableRandom(1);
        for (long i = 0; i < shape.size(); i++) {
            float value = (float) random.nextDouble(-1, 1);
            if (dtype == Dtype.FLOAT32) memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            else memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
        }
        MEMORY.add(memory);
        return new Operand(dtype, shape, strides, memory.address());
    }

    @Setup public void setUp() {
        x = random(Dtype.FLOAT32, N, N);
        y = random(Dtype.FLOAT32, N, N);
        weight = random(Dtype.FLOAT32, N);
        bias = random(Dtype.FLOAT32, N);
    }

    @Benchmark public void copy() { Copies.copy(x, y); }

    @Benchmark public void softmax() { rows.softmax(x, y); }

    @Benchmark public void rmsNorm() { rows.rmsNorm(x, weight, 1e-5f, y); }

    @Benchmark public void layerNorm() { rows.layerNorm(x, weight, bias, 1e-5f, y); }

    @Benchmark public void scale() {
        Workers.forRange(N, 16, (from, to) -> Provider.chosen().rows()
            .scale(x.address() + 4 * N * from, (to - from) * N, 1, y.address() + 4 * N * from));
    }
}
