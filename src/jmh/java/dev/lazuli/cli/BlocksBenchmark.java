package dev.lazuli.cli;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.BlockMatmul;
import dev.lazuli.cpu.Provider;
import dev.lazuli.cpu.Workers;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
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

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Rows of 4096 numbers times a matrix of 32768 × 4096 in each of GGUF's formats: 44 to 143 MB from memory. `read` sums
/// the bytes of the same matrix, so `read / matmul` is the share of read bandwidth. 256 lines stay in cache.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlocksBenchmark {
    private static final int DEPTH = 4096;
    private static final long CHUNK = 1 << 14;

    /// Every bit but the second highest of each 16: halves are finite, whatever they turn out to be.
    private static final long FINITE = 0xBFFF_BFFF_BFFF_BFFFL;

    @Param public BlockFormat format;
    @Param("1") public int rows;
    @Param("32768") public int lines;

    private final Gauge.Probe probe = new VectorProbe();
    private BlockMatmul product;
    private MemorySegment memory;
    private Operand x;
    private Operand w;
    private Operand out;
    private float sum;

    @Setup public void setUp() {
        int row = DEPTH / format.elements() * format.bytes();
        var random = new SplittableRandom(1);
        memory = Arena.ofAuto().allocate((long) lines * row + 4L * rows * (DEPTH + lines), 4096);
        long numbers = (long) lines * row, results = numbers + 4L * rows * DEPTH;
        for (long i = 0; i < numbers; i += 8) memory.set(ValueLayout.JAVA_LONG, i, random.nextLong() & FINITE);
        for (long i = numbers; i < results; i += 4)
            memory.set(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        product = new BlockMatmul(Provider.chosen(), format);
        w = operand(Dtype.UINT8, lines, row, 0);
        x = operand(Dtype.FLOAT32, rows, DEPTH, numbers);
        out = operand(Dtype.FLOAT32, rows, lines, results);
    }

    private Operand operand(Dtype dtype, int count, int length, long at) {
        return new Operand(dtype, Shape.of(count, length), new long[] {length, 1}, memory.address() + at);
    }

    @Benchmark public void matmul() { product.run(x, w, out); }

    @Benchmark public void read() {
        Workers.forRange(w.shape().size() / CHUNK, 4, (from, to) ->
            sum = probe.sum(w.address() + from * CHUNK, (to - from) * CHUNK));
    }
}
