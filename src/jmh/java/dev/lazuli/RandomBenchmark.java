package dev.lazuli;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.Threefry;
import dev.lazuli.cpu.Workers;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/// 16 M random numbers, 64 MB: compare `gigabytes` with that of `limitOfCopies`, bytes read and written, in the same
/// run. `uniform` and `normal` are asked of the API, and write, read and write again; only their results count.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RandomBenchmark {
    private static final int N = 1 << 24;

    /// Bytes in GB/s.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Traffic {
        public double gigabytes;
    }

    private final Array key = Random.key(1);
    private Operand keys;
    private Operand out;
    private Operand from;

    @Setup public void setUp() {
        keys = operand(2);
        out = operand(N);
        from = operand(N);
    }

    private static Operand operand(int n) {
        var memory = Arena.global().allocate(4L * n, 1 << 21).fill((byte) 7);
        return new Operand(Dtype.UINT32, Shape.of(n), Layout.of(Shape.of(n)).strides(), memory.address());
    }

    @Benchmark public void limitOfCopies(Traffic traffic) {
        Workers.forRange(4L * N, 1 << 18, (start, end) ->
            MemorySegment.copy(Ram.ALL, from.address() + start, Ram.ALL, out.address() + start, end - start));
        traffic.gigabytes += 8e-9 * N;
    }

    @Benchmark public void bits(Traffic traffic) {
        Threefry.run(Provider.chosen().bits(), keys, out);
        traffic.gigabytes += 4e-9 * N;
    }

    @Benchmark public void uniform(Traffic traffic) {
        Lazuli.eval(Random.uniform(key, N));
        traffic.gigabytes += 4e-9 * N;
    }

    @Benchmark public void normal(Traffic traffic) {
        Lazuli.eval(Random.normal(key, N));
        traffic.gigabytes += 4e-9 * N;
    }
}
