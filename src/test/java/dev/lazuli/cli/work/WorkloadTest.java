package dev.lazuli.cli.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.Lazuli;
import dev.lazuli.Tree;
import dev.lazuli.llama.Llama;
import dev.lazuli.llama.LlamaConfig;
import dev.lazuli.llama.RopeConfig;
import dev.lazuli.type.Dtype;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks accept what kernels compute and reject what is slightly off.
class WorkloadTest {
    private static final SplittableRandom RANDOM = new SplittableRandom(7);
    private static final LlamaConfig LLAMA =
        new LlamaConfig(2, 64, 128, 4, 2, 16, 192, 64, 1e-5, new RopeConfig(0, false, 10000, 1, null), false);

    static Stream<Computation> computations() {
        return Stream.of(Product.of(RANDOM, Dtype.FLOAT32, 2, 9, 33, 50),
            Product.of(RANDOM, Dtype.FLOAT16, 1, 3, 8, 40),
            (Computation) Product.linear(RANDOM, Dtype.BFLOAT16, new int[] {3}, 20, 40).getFirst(),
            PackedProduct.of(RANDOM, 1, 40, 128, 64, 4), PackedProduct.of(RANDOM, 3, 40, 128, 32, 8),
            Fused.of(RANDOM, 1000), RowWise.softmax(RANDOM, 40), RowWise.rmsNorm(RANDOM, 33),
            RowWise.layerNorm(RANDOM, 33),
            Chain.of(RANDOM, 30));
    }

    @ParameterizedTest @MethodSource("computations")
    void aWrongResultIsRejected(Computation work) {
        work.check();
        var result = work.result();
        double typical = Lazuli.mean(Lazuli.abs(result.to(Dtype.FLOAT32))).item();
        assertThrows(WrongResult.class, () -> work.check(result.add(0.05 * typical)));
        assertThrows(WrongResult.class, () -> work.check(result.mul(Double.NaN)));
        assertTrue(work.cost().bytes() + work.cost().flops() > 0);
    }

    @Test void anotherModelIsRejected() {
        var model = Llama.random(LLAMA, 4, 64, 1);
        new Decoding(model, 3, RANDOM).check();
        new Prefill(model, 20, RANDOM).check();
        var scores = LlamaScores.next(model.llama(), model.llama().cache(), 5, 6, 7);
        LlamaScores.compare(scores, new LlamaReference(model.llama()).scores(5, 6, 7), "the same");
        var moved = new LlamaReference(model.llama()).scores(5, 7, 7);
        assertThrows(WrongResult.class, () -> LlamaScores.compare(scores, moved, "other tokens"));
        var other = new LlamaReference(Llama.random(LLAMA, 4, 64, 2).llama()).scores(5, 6, 7);
        assertThrows(WrongResult.class, () -> LlamaScores.compare(scores, other, "another model"));
    }

    @Test void aWrongGradientIsRejected() {
        var training = new Training(RANDOM, new Transformer.Shape(1, 32, 2, 64, 32, 4, 16));
        training.check();
        var batch = training.batch();
        var gradient = training.gradient(batch).gradient();
        training.checkGradient(batch, gradient);
        var off = Tree.map(gradient, g -> g.mul(1.01));
        assertThrows(WrongResult.class, () -> training.checkGradient(batch, off));
        training.checkUpdate(batch, gradient);
        assertThrows(WrongResult.class, () -> training.checkUpdate(batch, Tree.map(gradient, g -> g.neg())));
    }

    @Test void costsCountWhatIsMultiplied() {
        var product = Product.of(RANDOM, Dtype.FLOAT32, 2, 3, 5, 7);
        assertEquals(2 * 2 * 3 * 5 * 7, product.cost().flops());
        assertEquals(4 * 2 * (3 * 7 + 7 * 5 + 3 * 5), product.cost().bytes());
        assertEquals(40 * (128 / 2 + 2 * 2 * 2), PackedProduct.of(RANDOM, 1, 40, 128, 64, 4).cost().bytes());
        var training = new Training(RANDOM, new Transformer.Shape(1, 32, 2, 64, 48, 4, 16));
        assertEquals(6.0 * 64 * (48 * 32 + 4 * 32 * 32 + 2 * 32 * 64), training.cost().flops());
        var model = Llama.random(LLAMA, 4, 64, 1);
        assertEquals(2.0 * (LLAMA.parameters() - 192 * 64), ModelCost.of(model).generated(1).flops());
    }
}
