package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.graph.Node;
import dev.lazuli.type.Device;
import dev.lazuli.type.Dtype;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Compiled functions that take over the memory of their arguments.
class DonationTest {
    private static final int N = 1 << 20;
    private static final long BYTES = 4L * N;

    record Adam(Array p, Array m, Array v) {
        Adam step(double rate) {
            var g = p.mul(2);
            var first = m.mul(0.9).add(g.mul(0.1));
            var second = v.mul(0.99).add(g.mul(g).mul(0.01));
            return new Adam(p.sub(first.div(sqrt(second).add(1e-8)).mul(rate)), first, second);
        }
    }

    private static Array data(int n) {
        var x = arange(0, n).to(Dtype.FLOAT32).mul(1e-3);
        eval(x);
        return x;
    }

    private static boolean isLost(Array x) { return x.node().state() instanceof Node.Donated; }

    /// What nobody reaches comes back through the collector and the cleaner's thread.
    @AfterAll static void settle() {
        for (int i = 0; i < 2; i++) {
            System.gc();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// The most that was in use during the work, above what was before, in arrays of N floats.
    private static double peak(Runnable work) {
        settle();
        Memory.resetPeak();
        long before = Memory.active();
        work.run();
        return (Memory.peak() - before) / (double) BYTES;
    }

    @Test void aStepNeedsNoSecondCopy() {
        Function<List<Array>, List<Array>> step = list -> Tree.map(list, p -> p.mul(0.9).add(1));
        var p = List.of(data(N), data(N), data(N));
        var want = step.apply(p).getLast().toFloatArray();
        var kept = compile(step);
        assertEquals(3, peak(() -> eval(kept.apply(p))), 0.01);
        var donating = compile(step).donating();
        var held = new Object[1];
        assertEquals(0, peak(() -> held[0] = donating.apply(p)), 0.01);
        assertArrayEquals(want, ((List<?>) held[0]).getLast() instanceof Array y ? y.toFloatArray() : null);
        assertTrue(p.stream().allMatch(DonationTest::isLost));
        var lost = assertThrows(IllegalStateException.class, p.getFirst()::toFloatArray);
        assertTrue(lost.getMessage().startsWith("eval: this array gave its memory away"), lost.getMessage());
        assertThrows(IllegalStateException.class, () -> eval(p.getFirst().add(1)));
    }

    @Test void anOptimizerStaysInPlace() {
        var eager = new Adam(data(N), data(N).mul(0), data(N).mul(0));
        eval(eager);
        var state = new Adam(data(N), data(N).mul(0), data(N).mul(0));
        eval(state);
        var step = compile((Adam a) -> a.step(0.01)).donating();
        for (int i = 0; i < 5; i++) {
            eager = eager.step(0.01);
            eval(eager);
            var before = new Adam[] {state};
            var held = new Adam[1];
            assertEquals(1, peak(() -> held[0] = step.apply(before[0])), 0.01, "the gradient");
            state = held[0];
        }
        assertArrayEquals(eager.p().toFloatArray(), state.p().toFloatArray());
        assertArrayEquals(eager.v().toFloatArray(), state.v().toFloatArray());
        assertEquals(1, step.traces());
        var last = state;
        assertEquals(3, peak(() -> eval(last.step(0.01))), 0.01, "otherwise the new state");
    }

    @Test void memoryThatNoResultTakesGoesBackAtOnce() {
        var x = data(N);
        settle();
        long before = Memory.active();
        var total = compile((Array t) -> t.sum()).donating().apply(x);
        assertEquals(-BYTES, Memory.active() - before, 100);
        assertEquals(1e-3 * N * (N - 1.0) / 2, total.item(), 1e4);
        settle();
        var next = data(N);
        assertEquals(1, next.get(1000).item(), 1e-5, "nobody else gets that memory a second time");
    }

    @Test void anArgumentUsedTwiceIsReadTwice() {
        var x = data(N);
        var want = x.mul(2).toFloatArray();
        var f = compile((List<Array> t) -> List.of(t.get(0).add(t.get(1)), cumsum(t.get(0), 0), t.get(1).mul(3)));
        var eager = f.apply(List.of(x, x)).get(1).toFloatArray();
        var got = f.donating().apply(List.of(x, x));
        assertArrayEquals(want, got.get(0).toFloatArray());
        assertArrayEquals(eager, got.get(1).toFloatArray());
        assertEquals(3, got.get(2).get(1000).item(), 1e-5);
        assertTrue(isLost(x));
    }

    @Test void whatComesBackAsItIsStays() {
        var x = data(N);
        var got = compile((Array t) -> List.of(t, t.add(1))).donating().apply(x);
        assertEquals(1, x.get(1000).item(), 1e-5);
        assertEquals(1, got.get(0).get(1000).item(), 1e-5);
        assertEquals(2, got.get(1).get(1000).item(), 1e-5);
    }

    @Test void aViewThatComesBackShowsTheMemoryOfTheArgument() {
        var x = data(N);
        var want = x.toFloatArray();
        var held = new Array[1];
        assertEquals(0, peak(() -> held[0] = compile((Array t) -> t.reshape(2, N / 2).T()).donating().apply(x)), 0.01);
        assertArrayEquals(want, held[0].T().reshape(N).toFloatArray());
        assertTrue(isLost(x));
    }

    @Test void argumentsOfWhichThereAreViewsAreCopied() {
        var x = data(N);
        var view = x.get(Index.range(1000, 1003));
        eval(view);
        var y = compile((Array t) -> t.mul(2)).donating().apply(x);
        assertArrayEquals(new float[] {1, 1.001f, 1.002f}, view.toFloatArray(), 1e-5f);
        assertEquals(1, x.get(1000).item(), 1e-5, "the view's memory is not given away");
        var ones = y.mul(0).add(1);
        var segment = ones.memorySegment();
        compile((Array t) -> t.mul(2)).donating().apply(ones);
        assertEquals(1, segment.getAtIndex(ValueLayout.JAVA_FLOAT, 5));
    }

    @Test void memoryOfOthersIsNotWrittenTo() {
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
            var x = array(segment, Dtype.FLOAT32, 3);
            assertArrayEquals(new float[] {2, 4, 6},
                compile((Array t) -> t.mul(2)).donating().apply(x).toFloatArray());
            assertEquals(1, segment.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
            assertEquals(1, x.get(0).item());
        }
    }

    @Test void anArgumentThatTheFunctionAlsoCapturedStays() {
        var w = data(N);
        var turned = w.reshape(2, N / 2);
        var f = compile((Array t) -> t.add(w).add(turned.reshape(N))).donating();
        for (int i = 0; i < 3; i++) assertEquals(3, f.apply(w).get(1000).item(), 1e-5);
        var other = data(N);
        assertEquals(3, f.apply(other).get(1000).item(), 1e-5);
        assertTrue(isLost(other));
    }

    @Test void onlyThePathsThatAreNamedAreGiven() {
        var state = new Adam(data(N), data(N), data(N));
        var got = compile((Adam a) -> a.step(0.1)).donating(path -> !path.equals("p")).apply(state);
        assertTrue(isLost(state.m()) && isLost(state.v()));
        assertEquals(1, state.p().get(1000).item(), 1e-5);
        assertEquals(0.9 + 0.2, got.m().get(1000).item(), 1e-5);
    }

    @Test void whatStandsAtAKeptPathTooIsKept() {
        var x = data(N);
        var f = compile((List<Array> t) -> t.get(0).add(t.get(1))).donating(path -> path.equals("0"));
        assertEquals(2, f.apply(List.of(x, x)).get(1000).item(), 1e-5);
        var later = x.mul(2);
        assertEquals(3, f.apply(List.of(x, later)).get(1000).item(), 1e-5);
        assertEquals(2, later.get(1000).item(), 1e-5);
        assertEquals(2, f.apply(List.of(x, data(N))).get(1000).item(), 1e-5);
        assertTrue(isLost(x));
    }

    @Test void whatIsNotComputedYetIsGivenTooAndOthersOfItAreNot() {
        var x = data(N).add(1);
        var other = x.mul(2);
        var y = compile((Array t) -> t.mul(3)).donating().apply(x);
        assertEquals(6, y.get(1000).item(), 1e-5);
        assertTrue(isLost(x));
        assertThrows(IllegalStateException.class, () -> eval(other));
    }

    @Test void aFailureLosesOnlyWhatWasWrittenOver() {
        var x = data(N);
        var y = data(N);
        var early = compile((List<Array> t) -> List.of(take(t.get(0), t.get(1), 0), t.get(0).add(1))).donating();
        assertThrows(IndexOutOfBoundsException.class, () -> early.apply(List.of(x, array(N))));
        assertEquals(1e-3 * (N - 1), max(x).item(), 1e-3);
        var late = compile((List<Array> t) -> List.of(t.get(0).add(1), take(t.get(1), t.get(2), 0))).donating();
        assertThrows(IndexOutOfBoundsException.class, () -> late.apply(List.of(x, y, array(N))));
        assertThrows(IllegalStateException.class, x::toFloatArray);
        assertEquals(1e-3 * (N - 1), max(y).item(), 1e-3);
        assertEquals(1, early.apply(List.of(y, array(1000))).getFirst().get(0).item(), 1e-5);
    }

    @Test void insideOtherTransformsNothingIsGiven() {
        var x = data(8);
        var f = compile((Array t) -> t.mul(t)).donating();
        assertArrayEquals(x.mul(2).toFloatArray(), grad((Array t) -> f.apply(t).sum()).apply(x).toFloatArray());
        assertArrayEquals(x.mul(x).toFloatArray(), vmap((Array t) -> f.apply(t)).apply(x).toFloatArray());
        assertArrayEquals(x.mul(x).add(1).toFloatArray(),
            compile((Array t) -> f.apply(t).add(1)).apply(x).toFloatArray());
        var w = data(8);
        assertArrayEquals(w.mul(w).toFloatArray(),
            grad((Array t) -> f.apply(w).mul(t).sum()).apply(x).toFloatArray());
    }

    @Test void oneOfSeveralThreadsGetsIt() throws InterruptedException {
        var f = compile((Array t) -> t.add(cumsum(t, 0).get(0))).donating();
        for (int round = 0; round < 20; round++) {
            var x = full(1, Dtype.FLOAT32, N);
            eval(x);
            var got = new ConcurrentLinkedQueue<Array>();
            var threads = Stream.generate(() -> Thread.ofPlatform().unstarted(() -> {
                try {
                    got.add(f.apply(x));
                } catch (IllegalStateException lost) {
                    assertTrue(lost.getMessage().contains("gave its memory away"), lost.getMessage());
                }
            })).limit(3).toList();
            threads.forEach(Thread::start);
            for (var thread : threads) thread.join();
            assertEquals(1, got.size(), "round " + round);
            var y = got.remove();
            assertEquals(2, min(y).item());
            assertEquals(2, max(y).item());
        }
    }

    @Test void readersOnOtherStreamsComeFirst() {
        var stream = newStream(Device.CPU);
        for (int i = 0; i < 20; i++) {
            var x = data(N);
            var reader = stream.call(() -> cumsum(x.mul(0).add(1), 0));
            asyncEval(reader);
            var y = stream.call(() -> compile((Array t) -> t.mul(0).sub(1)).donating()).apply(x);
            assertEquals(N, reader.get(N - 1).item());
            assertEquals(-1, y.get(5).item());
        }
    }

    @Test void randomStateGoesThrough() {
        Random.seed(7);
        var want = Random.normal(16).add(1).toFloatArray();
        Random.seed(7);
        var f = compile((Array t) -> t.add(Random.normal(16))).donating();
        assertArrayEquals(want, f.apply(ones(16)).toFloatArray());
        assertSame(1, f.size());
    }
}
