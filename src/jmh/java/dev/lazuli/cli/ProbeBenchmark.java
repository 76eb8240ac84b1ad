package dev.lazuli.cli;

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
import java.util.concurrent.TimeUnit;

/// One thread's probes of the machine's limits, in cache: what [Gauge] measures must not be slower for other reasons.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ProbeBenchmark {
    private static final int BYTES = 16 << 10;

    @Param({"vector", "scalar"}) public String provider;

    private Gauge.Probe probe;
    private long address;

    @Setup public void setUp() {
        probe = provider.equals("vector") ? new VectorProbe() : new ScalarProbe();
        address = Arena.global().allocate(BYTES, 4096).address();
    }

    @Benchmark public float sum() { return probe.sum(address, BYTES); }

    @Benchmark public float fma() { return probe.fma(1000); }
}
