package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What distributions and keys keep, beside being MLX's.
class RandomTest {
    private static final int N = 200_000;

    // ---- distributions -----------------------------------------------------------------------------------------

    /// A distribution, by its draws and what is known of it.
    record Distribution(String name, Array draws, double mean, double variance, double low, double high) {
        @Override public String toString() { return name; }
    }

    static List<Distribution> distributions() {
        var key = Random.key(11);
        double euler = 0.5772156649015329;
        double inf = Double.POSITIVE_INFINITY;
        double cut = 2 * Math.exp(-0.5) / Math.sqrt(2 * Math.PI) / 0.6826894921370859; // of a normal one within ±1
        var skewed = log(array(0.1f, 0.2f, 0.3f, 0.4f));
        return List.of(
            new Distribution("uniform", Random.uniform(key, N), 0.5, 1 / 12.0, 0, 1),
            new Distribution("uniform float16", Random.uniform(key, -2, 3, Dtype.FLOAT16, N), 0.5, 25 / 12.0, -2, 3),
            new Distribution("uniform float64", Random.uniform(key, 5, 6, Dtype.FLOAT64, N), 5.5, 1 / 12.0, 5, 6),
            new Distribution("normal", Random.normal(key, N), 0, 1, -inf, inf),
            new Distribution("normal of 3 and 0.5", Random.normal(key, 3, 0.5, Dtype.FLOAT64, N), 3, 0.25, -inf, inf),
            new Distribution("normal complex", real(Random.normal(key, 0, 1, Dtype.COMPLEX64, N)), 0, 0.5, -inf, inf),
            new Distribution("truncatedNormal", Random.truncatedNormal(key, -1, 1, Dtype.FLOAT32, N), 0, 1 - cut, -1,
                1),
            new Distribution("gumbel", Random.gumbel(key, N), euler, Math.PI * Math.PI / 6, -inf, inf),
            new Distribution("laplace", Random.laplace(key, -1, 2, Dtype.FLOAT32, N), -1, 8, -inf, inf),
            new Distribution("randint", Random.randint(key, -3, 7, Dtype.INT32, N), 1.5, 99 / 12.0, -3, 6),
            new Distribution("bernoulli", Random.bernoulli(key, 0.2, N), 0.2, 0.16, 0, 1),
            new Distribution("bits", Random.bits(key, Dtype.UINT8, N), 127.5, (256 * 256 - 1) / 12.0, 0, 255),
            new Distribution("categorical, many", Random.categoricalSamples(key, skewed, 0, N), 2, 1, 0, 3),
            new Distribution("categorical, each", Random.categorical(key, skewed.reshape(4, 1).broadcastTo(4, N), 0), 2,
                1, 0, 3));
    }

    @ParameterizedTest @MethodSource("distributions")
    void meanVarianceAndBounds(Distribution d) {
        var x = d.draws.to(Dtype.FLOAT64).toDoubleArray();
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance = Arrays.stream(x).map(v -> (v - d.mean) * (v - d.mean)).average().orElseThrow();
        double fourth = Arrays.stream(x).map(v -> Math.pow(v - d.mean, 4)).average().orElseThrow();
        assertEquals(d.mean, mean, 4 * Math.sqrt(d.variance / N), "mean");
        assertEquals(d.variance, variance, 4 * Math.sqrt((fourth - d.variance * d.variance) / N), "variance");
        assertTrue(Arrays.stream(x).allMatch(v -> v >= d.low && v <= d.high), "bounds");
    }

    /// The limit of the distribution function's distance, by Kolmogorov, that one in 10,000 exceeds.
    @Test void normalNumbersHaveTheNormalDistribution() {
        var x = Random.normal(Random.key(5), N).toDoubleArray();
        Arrays.sort(x);
        double distance = 0;
        for (int i = 0; i < N; i++) {
            double want = 0.5 * (1 + erf(scalar(x[i] / Math.sqrt(2), Dtype.FLOAT64)).item());
            distance = Math.max(distance, Math.max(want - (double) i / N, (i + 1.0) / N - want));
        }
        assertTrue(distance < 2.23 / Math.sqrt(N), "distance " + distance);
    }

    @Test void unitsEndBelowOne() {
        for (var dtype : List.of(Dtype.FLOAT16, Dtype.BFLOAT16, Dtype.FLOAT32, Dtype.FLOAT64)) {
            var x = Random.uniform(Random.key(1), 0, 1, dtype, 1 << 16);
            assertTrue(max(x).item() < 1, dtype.toString());
            assertTrue(min(x).item() >= 0, dtype.toString());
        }
    }

    @Test void jointNormalNumbersHaveTheirCovariance() {
        var covariance = array(new float[] {2, 0.6f, 0, 0.6f, 1, -0.3f, 0, -0.3f, 0.5f}, 3, 3);
        var mean = array(1f, -2f, 0.5f);
        var x = Random.multivariateNormal(Random.key(3), mean, covariance, N);
        assertArrayEquals(mean.toDoubleArray(), mean(x, 0).toDoubleArray(), 0.02);
        var centred = x.sub(mean);
        assertArrayEquals(covariance.toDoubleArray(), centred.T().matmul(centred).div(N).toDoubleArray(), 0.03);
    }

    @Test void aSingularCovarianceHasARoot() {
        var covariance = array(new float[] {1, 1, 0, 1, 1, 0, 0, 0, 0}, 3, 3);
        var x = Random.multivariateNormal(Random.key(3), zeros(3), covariance, 1000);
        var parts = split(x, 3, 1);
        assertTrue(allclose(parts.get(0), parts.get(1), 1e-5, 1e-5).itemBoolean());
        assertEquals(0, max(abs(parts.get(2))).item(), 1e-6);
        assertEquals(1, std(parts.get(0)).item(), 0.1);
        assertArrayEquals(new float[3],
            Random.multivariateNormal(Random.key(3), zeros(3), zeros(3, 3)).toFloatArray());
    }

    @Test void whatHasNoWeightIsNeverDrawn() {
        float none = Float.NEGATIVE_INFINITY;
        var logits = array(none, 0f, none, 1f, none);
        var drawn = Random.categoricalSamples(Random.key(2), logits, 0, 10_000).toIntArray();
        assertEquals(List.of(1, 3), Arrays.stream(drawn).distinct().sorted().boxed().toList());
        var even = Random.categoricalSamples(Random.key(2), array(none, none), 0, 1000);
        assertEquals(0.5, mean(even).item(), 0.1);
    }

    @Test void permutationsHoldEverythingOnce() {
        for (int n : new int[] {0, 1, 2, 1000, 100_000}) {
            var x = Random.permutation(Random.key(n), n).toIntArray();
            Arrays.sort(x);
            assertArrayEquals(IntStream.range(0, n).toArray(), x);
        }
        var rows = Random.permutation(Random.key(9), arange(12).reshape(3, 4), -1);
        assertArrayEquals(new int[] {4, 4, 4, 4}, rows.get(1).sub(rows.get(0)).toIntArray(), "whole columns moved");
    }

    // ---- keys --------------------------------------------------------------------------------------------------

    @Property(tries = 100)
    void manyKeysDrawAsEachDoes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int keys,
                                @ForAll @IntRange(min = 0, max = 70) int n) {
        var all = Random.split(Random.key(seed), keys);
        var words = vmap((Array key) -> Random.bits(key, Dtype.UINT16, n)).apply(all);
        var numbers = vmap((Array key) -> Random.normal(key, 3, n)).apply(all);
        for (int i = 0; i < keys; i++) {
            assertArrayEquals(Random.bits(all.get(i), Dtype.UINT16, n).toIntArray(), words.get(i).toIntArray());
            assertArrayEquals(Random.normal(all.get(i), 3, n).toFloatArray(), numbers.get(i).toFloatArray());
        }
    }

    @Property(tries = 100)
    void keysOfColumnsAreKeysToo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int keys) {
        var all = Random.split(Random.key(seed), keys);
        var columns = vmap((Array key) -> Random.split(key, 3), 1, 0).apply(contiguous(all.T()));
        assertArrayEquals(vmap((Array key) -> Random.split(key, 3)).apply(all).toIntArray(), columns.toIntArray());
    }

    @Property(tries = 50)
    void theShapeOfADrawIsOnlyItsShape(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int rows,
                                       @ForAll @IntRange(min = 1, max = 9) int columns) {
        var key = Random.key(seed);
        assertArrayEquals(Random.bits(key, rows * columns).toIntArray(), Random.bits(key, rows, columns).toIntArray());
    }

    @Property(tries = 50)
    void splitKeysDiffer(@ForAll long seed) {
        var words = Random.split(Random.key(seed), 500).toIntArray();
        var keys = new HashSet<Long>();
        for (int i = 0; i < words.length; i += 2) keys.add((long) words[i] << 32 | words[i + 1] & 0xFFFF_FFFFL);
        assertEquals(500, keys.size());
    }

    @Test void choicesUnderVmapAreThoseOfALoop() {
        var keys = Random.split(Random.key(1), 4);
        var logits = Random.normal(Random.key(2), 4, 6);
        record Draw(Array key, Array logits) {}
        var got = vmap((Draw d) -> Random.categorical(d.key, d.logits, 0, 9)).apply(new Draw(keys, logits));
        var orders = vmap((Array key) -> Random.permutation(key, 7)).apply(keys);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(Random.categorical(keys.get(i), logits.get(i), 0, 9).toIntArray(),
                got.get(i).toIntArray());
            assertArrayEquals(Random.permutation(keys.get(i), 7).toIntArray(), orders.get(i).toIntArray());
        }
    }

    @Test void gradientsPassThroughLimits() {
        var key = Random.key(4);
        var slope = grad((Array scale) -> Random.normal(key, scalar(0f), scale, Dtype.FLOAT32, 50).sum())
            .apply(scalar(2f));
        assertEquals(Random.normal(key, 50).sum().item(), slope.item(), 1e-4);
    }

    // ---- threads and the global state --------------------------------------------------------------------------

    private static <T> List<T> inThreads(int count, Callable<T> body) throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var results = new ArrayList<T>();
            for (var future : threads.invokeAll(Collections.nCopies(count, body))) results.add(future.get());
            return results;
        }
    }

    @Test void explicitKeysGiveTheSameInEveryThread() throws Exception {
        var want = Random.normal(Random.key(77), 100_003).toFloatArray();
        for (var got : inThreads(16, () -> Random.normal(Random.key(77), 100_003).toFloatArray()))
            assertArrayEquals(want, got);
    }

    @Test void theGlobalState() throws Exception {
        Random.seed(3);
        var first = Random.uniform(4).toFloatArray();
        var late = Random.uniform(4);
        var state = Random.state();
        var third = Random.bits(4);
        Random.seed(3);
        assertArrayEquals(first, Random.uniform(4).toFloatArray());
        assertArrayEquals(Random.uniform(4).toFloatArray(), late.toFloatArray(), "drawn when called");
        Random.state(state);
        assertArrayEquals(third.toIntArray(), Random.bits(4).toIntArray());

        Random.seed(8);
        var alone = new HashSet<Long>();
        for (int i = 0; i < 400; i++) alone.add(Random.bits().itemLong());
        Random.seed(8);
        var together = new HashSet<>(inThreads(400, () -> Random.bits().itemLong()));
        assertEquals(alone, together, "each key is given away once");
    }

    @Test void aKeyMayStandForTheGlobalOne() {
        Supplier<List<Array>> draws = () -> List.of(Random.uniform(3), Random.permutation(5), Random.normal(2, 2),
            Random.categorical(zeros(2, 9)));
        Random.seed(12);
        var want = draws.get();
        var got = Random.with(Random.key(12), draws);
        for (int i = 0; i < want.size(); i++)
            assertArrayEquals(want.get(i).toDoubleArray(), got.get(i).toDoubleArray());
        var state = Random.state();
        var inner = Random.with(Random.key(1), () -> Random.with(Random.key(12), () -> Random.uniform(3)));
        assertArrayEquals(want.getFirst().toFloatArray(), inner.toFloatArray());
        assertArrayEquals(state.toIntArray(), Random.state().toIntArray(), "the global key is left alone");
    }

    @Test void functionsThatDrawAreCompiledAndBatchedOverKeys() {
        Function<Array, Array> noisy = key -> Random.with(key, () -> Random.normal(4).add(Random.uniform(4)));
        var compiled = compile(noisy);
        var batched = vmap(noisy).apply(Random.split(Random.key(5), 3));
        for (int i = 0; i < 3; i++) {
            var key = Random.split(Random.key(5), 3).get(i);
            assertArrayEquals(noisy.apply(key).toFloatArray(), compiled.apply(key).toFloatArray());
            assertArrayEquals(noisy.apply(key).toFloatArray(), batched.get(i).toFloatArray());
        }
        assertEquals(1, compiled.traces());
    }

    // ---- words -------------------------------------------------------------------------------------------------

    @Test void theDocumentationIsRight() {
        assertEquals("array([0.965321, 0.314682, 0.63303], dtype=float32)",
            Random.uniform(Random.key(0), 3).toString());
        assertEquals("""
            array([[4146024105, 967050713],
                   [2718843009, 1272950319]], dtype=uint32)""", Random.split(Random.key(0), 2).toString());
        assertEquals("array([1, 2, 0, 4, 3], dtype=uint32)", Random.permutation(Random.key(0), 5).toString());
        assertEquals("array([1, 0, 1, 1, 1, 1], dtype=uint32)",
            Random.categoricalSamples(Random.key(0), log(array(0.1f, 0.9f)), 0, 6).toString());
    }

    // ---- mistakes ----------------------------------------------------------------------------------------------

    @Test void mistakesAreNamed() {
        assertMessage("uniform: expected a key of shape (2,) and type uint32, got (2, 2) uint32",
            () -> Random.uniform(Random.split(Random.key(0)), 3));
        assertMessage("split: expected a key of shape (2,) and type uint32, got (2,) int32",
            () -> Random.split(array(1, 2)));
        assertMessage("bits: expected uint8, uint16 or uint32, got int32", () -> Random.bits(null, Dtype.INT32, 3));
        assertMessage("uniform: expected a real float type, got int32", () -> Random.uniform(null, 0, 1, Dtype.INT32));
        assertMessage("normal: expected a floating-point type, got int8", () -> Random.normal(null, 0, 1, Dtype.INT8));
        assertMessage("randint: expected an integer type, got float32",
            () -> Random.randint(null, 0, 1, Dtype.FLOAT32));
        assertMessage("uniform: arguments of shape (3,) do not broadcast to (1,)",
            () -> Random.uniform(null, zeros(3), ones(3), Dtype.FLOAT32, 1));
        assertMessage("uniform: shapes do not broadcast: (3,) and (2,)",
            () -> Random.uniform(null, zeros(3), ones(3), Dtype.FLOAT32, 2));
        assertMessage("bernoulli: expected probabilities of a float type, got int32",
            () -> Random.bernoulli(null, array(1)));
        assertMessage("categorical: axis 1 is out of bounds for shape (3,)",
            () -> Random.categorical(null, zeros(3), 1));
        assertMessage("multivariateNormal: expected a mean (…, n) and a covariance (…, n, n), got (2,) and (3, 3)",
            () -> Random.multivariateNormal(null, zeros(2), zeros(3, 3)));
    }

    private static void assertMessage(String want, Executable call) {
        assertEquals(want, assertThrows(RuntimeException.class, call).getMessage());
    }
}
