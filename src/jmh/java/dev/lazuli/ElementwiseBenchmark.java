package dev.lazuli;

import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Loops;
import dev.lazuli.cpu.Workers;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Fused kernels on 64 MB arrays: compare `gigabytes` with that of `copy` (for maps) in the same run.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ElementwiseBenchmark {
    private static final int N = 1 << 24;

    /// Bytes read and written, in GB/s.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Traffic {
        public double gigabytes;
    }

    private Operand a;
    private Operand b;
    private Operand out;
    private Operand rows;
    private Operand number;
    private Operand row;
    private Operand one;
    private Kernel copy;
    private Kernel exp;
    private Kernel multiplyAdd;
    private Kernel sum;
    private Kernel columnSum;

    @Setup public void setUp() {
        a = array(Shape.of(N));
        b = array(Shape.of(N));
        out = array(Shape.of(N));
        rows = new Operand(Dtype.FLOAT32, Shape.of(4096, 4096), new long[] {4096, 1}, a.address());
        number = array(Shape.SCALAR);
        row = array(Shape.of(4096));
        one = array(Shape.of(1));
        var p = new Program.Builder();
        var x = p.load(Dtype.FLOAT32);
        var same = p.build(x);
        copy = Loops.map(same);
        exp = Loops.map(p.build(Scalar.EXP.on(x).mul(x).add(x.like(1))));
        multiplyAdd = Loops.map(p.build(x.mul(p.load(Dtype.FLOAT32)).add(x.like(1))));
        sum = Loops.reduce(same, Scalar.ADD, Ints.of(-1));
        columnSum = Loops.reduce(same, Scalar.ADD, Ints.of(-2));
    }

    private static Operand array(Shape shape) {
        var x = new Operand(Dtype.FLOAT32, shape, Layout.of(shape).strides(),
            Arena.global().allocate(4 * shape.size(), 1 << 21).address());
        var random = new Random(1);
        for (long i = 0; i < shape.size(); i++)
            Ram.ALL.set(ValueLayout.JAVA_FLOAT, x.address() + 4 * i, random.nextFloat());
        return x;
    }

    private static void map(Kernel kernel, Operand out, Traffic traffic, Operand... in) {
        kernel.run(in, out);
        traffic.gigabytes += 4e-9 * out.shape().size() * (in.length + 1);
    }

    private void reduce(Kernel kernel, Operand in, Operand to, Traffic traffic) {
        kernel.run(new Operand[] {in}, to);
        traffic.gigabytes += 4e-9 * N;
    }

    @Benchmark public void limitOfCopies(Traffic traffic) {
        Workers.forRange(4L * N, 1 << 18, (from, to) -> java.lang.foreign.MemorySegment.copy(
            Ram.ALL, a.address() + from, Ram.ALL, out.address() + from, to - from));
        traffic.gigabytes += 8e-9 * N;
    }

    @Benchmark public void copy(Traffic traffic) { map(copy, out, traffic, a); }

    @Benchmark public void expTimesXPlusOne(Traffic traffic) { map(exp, out, traffic, a); }

    @Benchmark public void multiplyAdd(Traffic traffic) { map(multiplyAdd, out, traffic, a, b); }

    @Benchmark public void sum(Traffic traffic) { reduce(sum, a, number, traffic); }

    @Benchmark public void columnSum(Traffic traffic) { reduce(columnSum, rows, row, traffic); }

    @Benchmark public void oneElement(Traffic traffic) { map(multiplyAdd, one, traffic, one, one); }
}
