package dev.lazuli;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Fourier;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.Workers;
import dev.lazuli.graph.Fourier.Kind;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Transforms of `complex64`, beside a copy of the same bytes in the same run: the limit of whatever reads and writes
/// each number once. `gflops` counts 5·n·log2(n) operations a row.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FourierBenchmark {
    /// Bytes read and written, in GB/s, and operations, in GFLOP/s.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public double gigabytes;
        public double gflops;
    }

    @Param({"1x1048576", "4096x1024", "4096x1000", "65536x64", "1x1024", "1x1048573"}) public String rows;

    private final Fourier fourier = new Fourier(Provider.chosen());
    private int n;
    private Operand x, y, real, spectrum;

    @Setup public void setUp() {
        var dims = rows.split("x");
        int count = Integer.parseInt(dims[0]);
        n = Integer.parseInt(dims[1]);
        x = array(Dtype.COMPLEX64, count, n);
        y = array(Dtype.COMPLEX64, count, n);
        real = array(Dtype.FLOAT32, count, n);
        spectrum = array(Dtype.COMPLEX64, count, n / 2 + 1);
    }

    private static Operand array(Dtype dtype, int... dims) {
        var shape = Shape.of(dims);
        long bytes = dtype.bytes() * shape.size();
        long address = Pool.keep(Pool.allocate("benchmark", bytes)).address();
        var random = new Random(1);
        for (long i = 0; i < bytes; i += 4) Ram.ALL.set(ValueLayout.JAVA_FLOAT, address + i, random.nextFloat() - 0.5f);
        return new Operand(dtype, shape, Layout.of(shape).strides(), address);
    }

    private void count(Work work, double bytes, double operations) {
        work.gigabytes += 1e-9 * bytes;
        work.gflops += 1e-9 * operations * x.shape().size() * Math.log(n) / Math.log(2);
    }

    @Benchmark public void copy(Work work) {
        long bytes = 8 * x.shape().size();
        Workers.forRange(bytes, 1 << 16, (from, to) ->
            MemorySegment.copy(Ram.ALL, x.address() + from, Ram.ALL, y.address() + from, to - from));
        count(work, 2 * bytes, 0);
    }

    @Benchmark public void forward(Work work) {
        fourier.run(Kind.FORWARD, x, n, 1, y);
        count(work, 16 * x.shape().size(), 5);
    }

    @Benchmark public void real(Work work) {
        fourier.run(Kind.REAL, real, n, 1, spectrum);
        count(work, 8 * x.shape().size(), 2.5);
    }
}
