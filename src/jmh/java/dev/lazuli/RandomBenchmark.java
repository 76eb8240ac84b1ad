package dev.lazuli;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

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
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
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

/// 16 M random numbers, 64 MB: compare `gigabytes` with those of `limitOfCopies`, bytes read and written, and of
/// `limitOfOperations`, bytes that so many operations would make, in the same run. `uniform` and `normal` are asked of
/// the API, and write, read and write again; only their results count.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RandomBenchmark {
    private static final int N = 1 << 24;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;

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
    private volatile int sink;

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

    /// As many additions, rotations and differences of bits as the words take, of six pairs that do not wait for each
    /// other: 20 rounds and 12 additions are 72 operations for two words.
    @Benchmark public void limitOfOperations(Traffic traffic) {
        Workers.forRange(N, 1 << 14, (start, end) -> sink = rounds((int) (end - start) / I.length() * 2));
        traffic.gigabytes += 4e-9 * N;
    }

    private static int rounds(int steps) {
        var a = IntVector.broadcast(I, 0);
        var b = IntVector.broadcast(I, 1);
        var c = IntVector.broadcast(I, 2);
        var d = IntVector.broadcast(I, 3);
        var e = IntVector.broadcast(I, 4);
        var f = IntVector.broadcast(I, 5);
        var g = IntVector.broadcast(I, 6);
        var h = IntVector.broadcast(I, 7);
        var i = IntVector.broadcast(I, 8);
        var j = IntVector.broadcast(I, 9);
        var k = IntVector.broadcast(I, 10);
        var l = IntVector.broadcast(I, 11);
        for (int step = 0; step < steps; step++) {
            a = a.add(b);
            b = b.lanewise(ROL, 13).lanewise(XOR, a);
            c = c.add(d);
            d = d.lanewise(ROL, 13).lanewise(XOR, c);
            e = e.add(f);
            f = f.lanewise(ROL, 13).lanewise(XOR, e);
            g = g.add(h);
            h = h.lanewise(ROL, 13).lanewise(XOR, g);
            i = i.add(j);
            j = j.lanewise(ROL, 13).lanewise(XOR, i);
            k = k.add(l);
            l = l.lanewise(ROL, 13).lanewise(XOR, k);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).reduceLanes(ADD);
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
