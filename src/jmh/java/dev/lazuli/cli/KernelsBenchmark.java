package dev.lazuli.cli;

import dev.lazuli.cli.work.Workload;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/// The work of `lazuli bench --kernels`, for JMH's profilers: `-p row=sgemm_2048 -prof gc`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class KernelsBenchmark {
    @Param({"sgemm_2048", "qmv4_4096x65536", "fused_exp_16m", "softmax_4096", "rms_norm_4096", "layer_norm_4096",
        "decode_1.1b_q4", "prefill_1.1b_q4_512", "train_step", "tiny_op"})
    public String row;

    private Workload work;

    @Setup public void setUp() {
        work = Kernel.all(Kernel.Sizes.FULL).stream().filter(k -> k.name().equals(row)).findFirst().orElseThrow().work()
            .apply(new SplittableRandom());
        work.check();
    }

    @Benchmark public void run() { work.run(); }
}
