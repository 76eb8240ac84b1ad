package dev.lazuli.cli;

import dev.lazuli.cli.work.Chain;
import dev.lazuli.cli.work.Decoding;
import dev.lazuli.cli.work.Fused;
import dev.lazuli.cli.work.PackedProduct;
import dev.lazuli.cli.work.Prefill;
import dev.lazuli.cli.work.Product;
import dev.lazuli.cli.work.RowWise;
import dev.lazuli.cli.work.Training;
import dev.lazuli.cli.work.Transformer;
import dev.lazuli.cli.work.Workload;
import dev.lazuli.cli.work.WrongResult;
import dev.lazuli.llama.Llama;
import dev.lazuli.llama.LlamaConfig;
import dev.lazuli.type.Dtype;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A row of `lazuli bench --kernels`.
///
/// @param work makes fresh data; null if the limit itself is measured
record Kernel(String name, Bound bound, @Nullable Function<SplittableRandom, Workload> work) {
    private static final int RUNS = 15;

    /// How large the work is.
    record Sizes(int matrix, int packedOut, int packedIn, int map, int rows, LlamaConfig model, int generated,
                 int prompt, Transformer.Shape training, int chain) {

        /// What the names of the rows say.
        static final Sizes FULL = new Sizes(2048, 65536, 4096, 1 << 24, 4096, LlamaConfig.tiny1b(), 16, 512,
            new Transformer.Shape(4, 256, 8, 1024, 512, 8, 128), 1000);
    }

    static List<Kernel> all(Sizes s) {
        return List.of(
            new Kernel("read_bandwidth", Bound.READ, null),
            new Kernel("copy_bandwidth", Bound.COPY, null),
            new Kernel("fma_peak", Bound.FMA, null),
            new Kernel("sgemm_2048", Bound.FMA, r -> Product.of(r, Dtype.FLOAT32, 1, s.matrix, s.matrix, s.matrix)),
            new Kernel("qmv4_4096x65536", Bound.READ, r -> PackedProduct.of(r, 1, s.packedOut, s.packedIn, 64, 4)),
            new Kernel("fused_exp_16m", Bound.COPY, r -> Fused.of(r, s.map)),
            new Kernel("softmax_4096", Bound.COPY, r -> RowWise.softmax(r, s.rows)),
            new Kernel("rms_norm_4096", Bound.COPY, r -> RowWise.rmsNorm(r, s.rows)),
            new Kernel("layer_norm_4096", Bound.COPY, r -> RowWise.layerNorm(r, s.rows)),
            new Kernel("decode_1.1b_q4", Bound.READ, r -> new Decoding(model(s, r), s.generated, r)),
            new Kernel("prefill_1.1b_q4_512", Bound.FMA, r -> new Prefill(model(s, r), s.prompt, r)),
            new Kernel("train_step", Bound.FMA, r -> new Training(r, s.training)),
            new Kernel("tiny_op", Bound.OVERHEAD, r -> Chain.of(r, s.chain)));
    }

    private static Llama.Loaded model(Sizes s, SplittableRandom random) {
        return Llama.random(s.model, 4, 64, random.nextLong());
    }

    /// Checks the result, then times.
    KernelResult measure(Gauge gauge, SplittableRandom random, Timing.Patience patience) {
        if (work == null) return limit(gauge);
        var made = work.apply(random);
        try {
            made.check();
        } catch (WrongResult e) {
            throw e.in(name);
        }
        var timing = Timing.of(made, () -> bound.limit(gauge), patience);
        var cost = made.cost();
        return KernelResult.of(name, bound, bound.reached(cost, timing.seconds()), timing.limit(),
            cost.items() > 1 && bound != Bound.OVERHEAD ? cost.items() / timing.seconds() : 0);
    }

    // The best sample is the limit of the median: their ratio says how quiet the machine was.
    private KernelResult limit(Gauge gauge) {
        var samples = Stream.generate(() -> bound.limit(gauge)).limit(RUNS).toList();
        return KernelResult.of(name, bound, Timing.median(samples), Collections.max(samples), 0);
    }
}
