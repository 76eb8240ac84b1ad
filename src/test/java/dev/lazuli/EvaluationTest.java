package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.compiler.Counters;
import dev.lazuli.compiler.Evaluator;
import dev.lazuli.memory.OutOfMemoryException;
import dev.lazuli.memory.Pool;
import dev.lazuli.type.Dtype;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What evaluation promises: what is computed, how often, in which memory, and what is left afterwards.
class EvaluationTest {
    private static final int N = 1 << 16;

    @BeforeEach void settle() throws InterruptedException {
        for (int i = 0; i < 2; i++) { // what earlier tests held comes back through the cleaner
            System.gc();
            Thread.sleep(10);
        }
    }

    private static long kernels(Runnable work) {
        long before = Counters.KERNELS.sum();
        work.run();
        return Counters.KERNELS.sum() - before;
    }

    private static long recomputed(Runnable work) {
        long before = Counters.RECOMPUTED.sum();
        work.run();
        return Counters.RECOMPUTED.sum() - before;
    }

    /// Bytes that are held after the work, in units of one array of N floats.
    private static double held(Runnable work) {
        long before = Pool.active();
        work.run();
        return (Pool.active() - before) / (4.0 * N);
    }

    private static Array data(int... dims) {
        var x = arange(0, Math.toIntExact(zeros(dims).size())).to(Dtype.FLOAT32).mul(1e-4).reshape(dims);
        eval(x);
        return x;
    }

    // ---- what is materialised ----------------------------------------------------------------------------------

    @Test void onlyWhatWasAskedForStays() {
        var x = data(N);
        var sorted = x.reshape(256, 256).matmul(x.reshape(256, 256));
        var y = exp(sorted.mul(-1)).add(1);
        assertEquals(1, held(() -> eval(y)), 0.01);
        var z = y.add(2);
        assertEquals(2, held(() -> eval(sorted, z)), 0.01, "the product again, and the sum");
        assertEquals(2, z.sub(y).get(0).get(0).item(), 1e-5);
    }

    @Test void aSmallPartDoesNotHoldTheWhole() {
        var x = data(256, 256);
        var row = x.matmul(x).get(7);
        assertEquals(1 / 256.0, held(() -> eval(row)), 0.001);
        var wide = x.matmul(x);
        var halves = split(wide, 2, 0);
        assertEquals(1, held(() -> assertEquals(1, kernels(() -> eval(halves)))), 0.01, "all of it is shown: no copy");
        assertEquals(wide.get(200).toFloatArray()[3], halves.get(1).get(72).toFloatArray()[3]);
    }

    @Test void scratchGoesBackWithoutTheCollector() {
        var x = data(256, 256);
        for (int i = 0; i < 20; i++) {
            var y = x.matmul(x).matmul(x).sum();
            assertEquals(0, held(() -> eval(y)), 0.01);
        }
    }

    @Test void scratchAskedForLaterIsComputedOnceMoreAndKept() {
        var x = data(256, 256);
        var middle = x.matmul(x);
        var y = middle.matmul(x);
        assertEquals(0, recomputed(() -> assertEquals(2, kernels(() -> eval(y)))));
        assertEquals(1, recomputed(() -> assertEquals(1, kernels(() -> eval(middle)))));
        assertEquals(0, kernels(() -> eval(middle, y)));
        var again = x.matmul(x);
        var first = again.sum();
        var second = again.mul(2).sum();
        var third = again.mul(3).sum();
        eval(first);
        assertEquals(1, recomputed(() -> eval(second)), "asked for a second time: kept");
        assertEquals(0, recomputed(() -> assertEquals(1, kernels(() -> eval(third)))), "and there the third time");
    }

    @Test void unclaimedCompositesAreKeptTheSecondTimeToo() {
        var q = quantize(data(64, 64), 64, 4);
        eval(q);
        var y = quantizedMatmul(data(8, 64), q.weight(), q.scales(), q.biases(), true, 64, 4);
        eval(y.sum());
        eval(y.mul(2).sum());
        assertEquals(1, kernels(() -> eval(y.mul(3).sum())));
    }

    @Test void aDeepChainAskedForNodeByNodeIsComputedTwice() {
        var ones = tri(4, 4, 0, Dtype.FLOAT32);
        eval(ones);
        var chain = new ArrayList<Array>();
        chain.add(data(4));
        for (int i = 0; i < 200; i++) chain.add(i % 2 == 0 ? ones.matmul(chain.getLast()) : chain.getLast().add(1));
        eval(chain.getLast());
        long kernels = kernels(() -> assertEquals(199, recomputed(() -> chain.forEach(Lazuli::eval))));
        assertTrue(kernels <= 200, kernels + " kernels");
        assertEquals(0, kernels(() -> chain.reversed().forEach(Lazuli::eval)));
    }

    @Test void theGradientOfALayerIsTwoProducts() {
        var x = data(8, 16, 32);
        var w = data(32, 24);
        var both = grad((List<Array> in) -> sum(in.get(0).matmul(in.get(1)))).apply(List.of(x, w));
        assertEquals(2, kernels(() -> eval(both)), "no sum over the batch");
    }

    @Test void commonSubexpressionsAreComputedOnce() {
        var x = data(32, 32);
        assertEquals(2, kernels(() -> eval(x.matmul(x).matmul(x.matmul(x)))));
        assertEquals(1, kernels(() -> eval(exp(x).add(exp(x)))));
    }

    // ---- views -------------------------------------------------------------------------------------------------

    @Test void viewsAreNeverCopied() {
        var x = data(4, 6);
        long address = contiguous(x).memorySegment().address();
        assertNotEquals(address, x.memorySegment().address());
        address = x.memorySegment().address();
        var views = List.of(x.reshape(24), x.reshape(2, 2, 6), x.get(Index.range(1, 3)), x.reshape(4, 1, 6), x.get(2),
            x.T(), x.broadcastTo(3, 4, 6));
        assertEquals(0, kernels(() -> eval(views)));
        assertEquals(0, held(() -> eval(views.stream().map(v -> v.reshape(v.shape().insert(0, 1))).toList())));
        assertEquals(address, views.get(0).memorySegment().address());
        assertEquals(address, views.get(1).memorySegment().address());
        assertEquals(address + 6 * 4, views.get(2).memorySegment().address());
        assertEquals(address + 12 * 4, views.get(4).memorySegment().address());
        assertEquals(address, views.get(5).T().memorySegment().address());
    }

    @Test void rootsThatAreViewsOfEachOtherShareMemory() {
        var y = data(N).add(1);
        var part = y.reshape(2, N / 2).get(1);
        assertEquals(1, held(() -> eval(part, y)), 0.01);
        assertEquals(y.memorySegment().address() + N * 2L, part.memorySegment().address());
        var z = data(N).add(2).reshape(16, N / 16);
        eval(z, z, z.T());
        assertEquals(z.get(3).toFloatArray()[5], z.T().get(5).toFloatArray()[3]);
    }

    @Test void aViewThatStridesForbidCopiesOnce() {
        var x = data(256, 256);
        assertEquals(1, kernels(() -> eval(x.T().reshape(N))));
        assertEquals(data(256, 256).T().toFloatArray()[1], x.T().reshape(N).toFloatArray()[1]);
    }

    // ---- kernel counts -----------------------------------------------------------------------------------------

    @Test void elementwiseChainsAreOneKernel() {
        var x = data(64, 64);
        assertEquals(1, kernels(() -> eval(exp(x).mul(x).add(1))));
        assertEquals(1, kernels(() -> eval(sum(x.mul(x)))));
        assertEquals(1, kernels(() -> eval(softmax(x, -1))));
        assertEquals(1, kernels(() -> eval(logsumexp(x, -1))));
        assertEquals(1, kernels(() -> eval(where(x.gt(0).and(x.lt(1)), x, x.neg()).T().reshape(64, 1, 64).mul(2))));
        assertEquals(2, kernels(() -> eval(mean(x, 0))), "the sum, and its division");
        assertEquals(4, kernels(() -> eval(softmax(x, 0))), "the maximum, the exponentials, their sum, the quotient");
        assertTrue(kernels(() -> eval(var(x, 0))) <= 4);
    }

    @Test void aDecoderBlockIsFewKernels() {
        var block = new Block(32);
        var x = data(1, 5, 32);
        assertEquals(6, kernels(() -> eval(block.mlp(x))), "norm, gate, up, their product, down, residual");
        assertEquals(10, kernels(() -> eval(block.attend(x))),
            "norm, three projections, two rotations, attention, heads side by side, output, residual");
        assertEquals(16, kernels(() -> eval(block.mlp(block.attend(x)))));
    }

    record Block(Array norm, Array q, Array k, Array v, Array o, Array gate, Array up, Array down) {
        Block(int width) {
            this(data(width), data(width, width), data(width / 2, width), data(width / 2, width), data(width, width),
                data(64, width), data(64, width), data(width, 64));
        }

        Array mlp(Array x) {
            var y = Fast.rmsNorm(x, norm, 1e-5);
            var g = y.matmul(gate.T());
            return x.add(g.mul(sigmoid(g)).mul(y.matmul(up.T())).matmul(down.T()));
        }

        private static Array heads(Array x, int heads) {
            return x.reshape(1, x.dim(1), heads, x.dim(2) / heads).transpose(0, 2, 1, 3);
        }

        Array attend(Array x) {
            var y = Fast.rmsNorm(x, norm, 1e-5);
            var queries = Fast.rope(heads(y.matmul(q.T()), 4), 8, false, 10_000, 1, 3);
            var keys = Fast.rope(heads(y.matmul(k.T()), 2), 8, false, 10_000, 1, 3);
            var a = Fast.scaledDotProductAttention(queries, keys, heads(y.matmul(v.T()), 2), 0.35, true);
            return x.add(a.transpose(0, 2, 1, 3).reshape(1, x.dim(1), 32).matmul(o.T()));
        }
    }

    // ---- memory ------------------------------------------------------------------------------------------------

    @Test void aLongChainNeedsOneExtraBuffer() {
        int n = 1 << 24;
        var x = data(n);
        Pool.resetPeak();
        long before = Pool.active();
        var y = x;
        for (int i = 0; i < 100; i++) y = i % 3 == 0 ? y.mul(0.5) : y.add(x);
        eval(y);
        assertTrue(Pool.peak() - before <= 2 * 4L * n + (1 << 20),
            "result and one more, got " + (Pool.peak() - before));
    }

    @Test void aLoopOfManySmallStepsStaysFlat() {
        long before = Pool.active();
        Pool.resetPeak();
        var x = zeros(1024);
        for (int i = 0; i < 1_000_000; i++) {
            x = x.add(1);
            if (i % 4 == 0) eval(x);
        }
        assertEquals(1_000_000, x.sum().item() / 1024);
        long most = Pool.peak() - before; // of a gigabyte in all; users are handed 256 MB before the collector is asked
        assertTrue(most < 512 << 20, "held " + most + " bytes");
    }

    @Test void theLimitIsHonouredAndTheProcessLivesOn() {
        var x = data(256, 256);
        long limit = Pool.limit();
        long before = Pool.active();
        try {
            Pool.limit(before + (3 << 20));
            var big = x.matmul(x).reshape(1, N).add(zeros(64, 1));
            var thrown = assertThrows(OutOfMemoryException.class, () -> eval(big));
            assertTrue(thrown.getMessage().startsWith("add: 16,777,216 bytes do not fit:"), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("%,d".formatted(Pool.limit())), thrown.getMessage());
            assertEquals(before, Pool.active(), "nothing is left behind");
            assertEquals(0, x.sub(x).sum().item());
        } finally {
            Pool.limit(limit);
        }
    }

    @Test void tablesOfAnglesCount() {
        var x = data(1, 1 << 13, 1024);
        var before = Pool.active();
        var y = Fast.rope(x, 1024, false, 10_000, 1, 0);
        eval(y);
        assertTrue(Pool.active() - before - y.bytes() >= 1 << 25,
            "angles of 8192 positions: " + (Pool.active() - before - y.bytes()));
    }

    @Test void aFailureInTheMiddleLeavesNothing() {
        var x = data(256, 256);
        var y = take(x.matmul(x), array(0, 256), 0).matmul(x);
        assertEquals(0, held(() -> assertThrows(IndexOutOfBoundsException.class, () -> eval(y))));
        assertThrows(IndexOutOfBoundsException.class, () -> eval(y));
        assertEquals(0, x.sub(x).sum().item());
    }

    @Test void aDonatingUpdateTakesTheMemory() {
        var x = data(8, 4).add(1);
        eval(x);
        long address = x.memorySegment().address();
        var copied = donate(x, ones(1, 4), 0, 2);
        eval(copied);
        assertNotEquals(address, copied.memorySegment().address(), "somebody holds a segment of x");
        assertEquals(copied.get(0).toFloatArray()[1], x.get(0).toFloatArray()[1]);

        var y = data(N).mul(2);
        eval(y);
        var z = donate(y, ones(1), 0, 5);
        assertEquals(0, held(() -> eval(z)), 0.01);
        assertEquals(1, z.get(5).add(0).item());
        var lost = assertThrows(IllegalStateException.class, y::toFloatArray);
        assertEquals("eval: this array gave its memory away; use the result of the update that took it",
            lost.getMessage());
        assertThrows(IllegalStateException.class, () -> eval(y.add(1)));
        var w = donate(z, ones(1), 0, 6);
        assertEquals(0, held(() -> eval(w)), 0.01);
        assertEquals(1, w.get(6).item());
    }

    @Test void aFailureAfterADonationLosesNothing() {
        var x = data(N).mul(2);
        eval(x);
        var y = donate(x, ones(4), 0, 0);
        assertThrows(IndexOutOfBoundsException.class, () -> eval(take(y, array(N), 0)));
        assertEquals(1, y.get(3).item());
        assertEquals(x.size(), y.size());
    }

    @Test void memoryThatAnotherArrayShowsIsNotGivenAway() {
        var x = data(N).mul(2);
        var view = x.reshape(256, 256);
        eval(x, view);
        var before = view.toFloatArray();
        var y = donate(x, full(-1, Dtype.FLOAT32, 8), 0, 0);
        eval(y);
        assertArrayEquals(before, view.toFloatArray());
        assertEquals(-1, y.get(7).item());
        assertEquals(before[7], x.get(7).item(), 0);
    }

    @Test void segmentsAreNotCopiedAndNotReadAfterTheirArenaClosed() {
        Array kept, half, lost;
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
            kept = array(segment, Dtype.FLOAT32, 3);
            half = kept.mul(2);
            lost = kept.mul(3);
            assertEquals(segment.address(), kept.memorySegment().address(), "no copy");
            assertArrayEquals(new float[] {2, 4, 6}, half.toFloatArray());
        }
        assertArrayEquals(new float[] {2, 4, 6}, half.toFloatArray(), "computed in time");
        var closed = "array: the arena of the segment that it lies in was closed";
        assertEquals(closed, assertThrows(IllegalStateException.class, kept::toFloatArray).getMessage());
        assertEquals(closed, assertThrows(IllegalStateException.class, () -> eval(lost)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> array(Arena.global().allocate(12), Dtype.FLOAT32, 4));
    }

    // ---- plans -------------------------------------------------------------------------------------------------

    @Test void equalStructuresShareAPlan() {
        for (int n : new int[] {3, 4, 100, 1000}) {
            long before = Evaluator.plans();
            var x = data(n, 2);
            long made = Evaluator.plans();
            eval(exp(x.mul(n)).sum(0).add(x.get(1)).sub(n));
            assertEquals(n == 3 ? made + 1 : made, Evaluator.plans(), "size " + n);
            if (n > 3) assertEquals(before, made, "data of size " + n);
        }
    }

    // ---- depth, size -------------------------------------------------------------------------------------------

    @Test void deepGraphsEvaluateAndDifferentiate() {
        int depth = 100_000;
        var x = array(1f);
        var y = x;
        for (int i = 0; i < depth; i++) y = y.add(x);
        assertEquals(depth + 1, y.item());
        var slope = grad((Array a) -> {
            var b = a;
            for (int i = 0; i < depth; i++) b = i % 2 == 0 ? b.mul(a) : b.div(a);
            return b.sum();
        }).apply(array(1.0));
        assertEquals(1, slope.item(), 1e-9);
    }

    @Test void arraysWithoutElements() {
        var x = zeros(0, 3);
        assertEquals(0, x.add(1).toFloatArray().length);
        assertArrayEquals(new float[] {0, 0, 0}, x.sum(0).toFloatArray());
        assertArrayEquals(new float[] {1, 1, 1}, prod(x, 0).toFloatArray());
        assertEquals(0, x.sum().item());
        assertEquals(0, x.T().reshape(3, 0, 1).mul(2).reshape(0).toFloatArray().length);
        assertArrayEquals(new float[6], zeros(2, 0).matmul(x).toFloatArray());
        assertEquals(0, x.matmul(zeros(3, 4)).toFloatArray().length);
        assertEquals(0, softmax(x, -1).toFloatArray().length);
        assertEquals(0, softmax(x.T(), -1).toFloatArray().length);
        assertEquals(3, concatenate(List.of(x, ones(1, 3)), 0).toFloatArray().length);
        assertEquals(0, take(ones(2, 3), zeros(Dtype.INT32, 0), 0).toFloatArray().length);
        assertEquals("array([], dtype=float32)", zeros(0).toString());
    }

    // ---- inside transforms -------------------------------------------------------------------------------------

    @Test void lookingAtValuesInsideAGradientKeepsItRight() {
        var found = valueAndGrad((Array a) -> {
            var y = a.mul(a);
            double seen = y.sum().item();
            var z = seen > 0 ? y.mul(a) : y;
            eval(z);
            return z.sum();
        }).apply(array(1f, 2f, 3f));
        assertArrayEquals(new float[] {3, 12, 27}, found.gradient().toFloatArray());
        assertEquals(36, found.value().item());
        var second = grad((Array a) -> grad((Array b) -> {
            var c = b.mul(b).mul(b);
            assertEquals(8, c.item());
            return c;
        }).apply(a)).apply(scalar(2.0));
        assertEquals(12, second.item());
    }

    @Test void aFinishedGradientHoldsNoGraph() {
        var x = data(N);
        var found = valueAndGrad((Array a) -> {
            var y = exp(a);
            eval(y);
            var total = y.sum();
            total.item();
            return total;
        }).apply(x);
        eval(found.gradient());
        assertTrue(found.value().node().state() instanceof dev.lazuli.graph.Node.Ready ready
            && ready.history() == null);
    }

    @Test void valuesInsideVmapAreNotKnown() {
        var thrown = assertThrows(IllegalStateException.class,
            () -> vmap((Array a) -> a.mul(a.sum().item())).apply(ones(3, 2)));
        assertTrue(thrown.getMessage().startsWith("eval: the values of an argument of vmap are not known"),
            thrown.getMessage());
    }

    // ---- threads -----------------------------------------------------------------------------------------------

    @ParameterizedTest @ValueSource(booleans = {false, true})
    void manyThreadsAgreeWithOne(boolean virtual) throws Exception {
        try (var pool = virtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(16)) {
            for (int round = 0; round < 20; round++) {
                var want = new ArrayList<float[]>();
                for (var y : overlapping()) want.add(y.toFloatArray());
                var shared = overlapping();
                var work = new ArrayList<Callable<Void>>();
                for (int t = 0; t < 16; t++) {
                    int thread = t;
                    work.add(() -> {
                        for (int i = 0; i < shared.size(); i++) {
                            int j = (i * 5 + thread) % shared.size();
                            assertArrayEquals(want.get(j), shared.get(j).toFloatArray());
                            assertArrayEquals(new float[] {want.get(j)[0] * 2 + thread},
                                shared.get(j).reshape((int) shared.get(j).size()).get(Index.to(1)).mul(2).add(thread)
                                .toFloatArray());
                        }
                        return null;
                    });
                }
                for (var done : pool.invokeAll(work)) done.get();
            }
        }
    }

    private static List<Array> overlapping() {
        var all = new ArrayList<Array>();
        var x = arange(0, 48).to(Dtype.FLOAT32).mul(0.01).reshape(6, 8);
        for (int i = 0; i < 12; i++) {
            x = i % 3 == 0 ? x.matmul(x.T()).matmul(x) : i % 3 == 1 ? softmax(x, -1).add(x)
                : x.div(sum(abs(x), true, 0, 1));
            all.add(x);
            all.add(x.T());
            all.add(x.mul(x).sum(1));
        }
        return all;
    }
}
