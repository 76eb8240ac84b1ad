package dev.lazuli;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.FlashAttention;
import dev.lazuli.cpu.FlashGradient;
import dev.lazuli.cpu.Provider;
import dev.lazuli.type.Dtype;
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

import java.util.concurrent.TimeUnit;

/// Attention of 32 heads of 64 features: prefill of 512 tokens (2.1 GFLOP, half of it if causal), and one token
/// against 4096 cached ones (8 MB of keys and values in float32 for 4 key heads, 67 MB for 32). The gradient takes five
/// products instead of two, the scores again among them.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AttentionBenchmark {
    @Param({"4", "32"}) public int keyHeads;
    @Param({"FLOAT32", "FLOAT16"}) public Dtype cache;

    private final FlashAttention attention = new FlashAttention(Provider.chosen());
    private final FlashGradient gradient = new FlashGradient(Provider.chosen());
    private Operand queries, keys, values, results, gradients;
    private Operand query, cachedKeys, cachedValues, result;

    @Setup public void setUp() {
        queries = RowsBenchmark.random(Dtype.FLOAT32, 1, 32, 512, 64);
        results = RowsBenchmark.random(Dtype.FLOAT32, 1, 32, 512, 64);
        keys = RowsBenchmark.random(cache, 1, keyHeads, 512, 64);
        values = RowsBenchmark.random(cache, 1, keyHeads, 512, 64);
        gradients = RowsBenchmark.random(Dtype.FLOAT32, 1, (32 + 2 * keyHeads) * 512 * 64);
        query = RowsBenchmark.random(Dtype.FLOAT32, 1, 32, 1, 64);
        result = RowsBenchmark.random(Dtype.FLOAT32, 1, 32, 1, 64);
        cachedKeys = RowsBenchmark.random(cache, 1, keyHeads, 4096, 64);
        cachedValues = RowsBenchmark.random(cache, 1, keyHeads, 4096, 64);
    }

    @Benchmark public void prefill() { attention.run(queries, keys, values, 0.125f, false, null, null, results); }

    @Benchmark public void prefillCausal() { attention.run(queries, keys, values, 0.125f, true, null, null, results); }

    @Benchmark public void gradient() {
        gradient.run(queries, keys, values, 0.125f, false, null, results, queries, gradients);
    }

    @Benchmark public void gradientCausal() {
        gradient.run(queries, keys, values, 0.125f, true, null, results, queries, gradients);
    }

    @Benchmark public void decode() {
        attention.run(query, cachedKeys, cachedValues, 0.125f, true, null, null, result);
    }
}
