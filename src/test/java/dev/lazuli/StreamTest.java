package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.graph.Node;
import dev.lazuli.type.Device;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Devices and streams: whose work an operation is, and in which order it is done.
@Timeout(60)
class StreamTest {
    private final Stream a = newStream(Device.CPU);
    private final Stream b = newStream(Device.CPU);

    private static Array data(int n) {
        var x = arange(0, n).to(Dtype.FLOAT32);
        eval(x);
        return x;
    }

    private static Stream of(Array x) { return ((Node.Pending) x.node().state()).stream(); }

    private static boolean isReady(Array x) { return x.node().state() instanceof Node.Ready; }

    /// An array whose computation, wherever it happens, waits for the latch; its rule runs user code at that moment.
    private static Array after(CountDownLatch latch, Array x) {
        return vmap(customFunction((Array t) -> t.add(1)).vmap(t -> {
            await(latch);
            return t.add(1);
        })).apply(x);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "nobody came");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Array failing() { return take(data(4), array(1000), 0); }

    // ---- scopes ------------------------------------------------------------------------------------------------

    @Test void anOperationBelongsToTheStreamInWhichItIsWritten() {
        var x = data(4);
        var inA = a.call(() -> x.add(1));
        var inB = a.call(() -> b.call(() -> inA.mul(2)));
        var outside = inB.sub(1);
        assertSame(a, of(inA));
        assertSame(b, of(inB));
        assertSame(defaultStream(Device.CPU), of(outside));
        a.run(() -> {
            assertSame(a, defaultStream(Device.CPU));
            b.run(() -> assertSame(b, defaultStream(Device.CPU)));
            assertSame(a, defaultStream(Device.CPU), "the scope is back");
            assertArrayEquals(new float[] {1, 3, 5, 7}, outside.toFloatArray());
        });
    }

    @Test void aScopeEndsWithAnException() {
        assertThrows(IllegalStateException.class, () -> a.run(() -> {
            throw new IllegalStateException();
        }));
        assertThrows(IOException.class, () -> a.call(() -> {
            throw new IOException();
        }));
        assertSame(defaultStream(Device.CPU), of(data(2).add(1)));
    }

    @Test void otherThreadsDoNotSeeAScope() throws InterruptedException {
        var seen = new AtomicReference<Stream>();
        var outside = defaultStream(Device.CPU);
        a.run(() -> {
            try {
                Thread.ofVirtual().start(() -> seen.set(defaultStream(Device.CPU))).join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertSame(outside, seen.get());
    }

    @Test void theDefaultIsWhatIsSet() {
        var before = defaultStream(Device.CPU);
        try {
            setDefaultStream(a);
            assertSame(a, of(data(2).add(1)));
            assertSame(b, b.call(() -> of(data(2).add(1))), "a scope goes first");
        } finally {
            setDefaultStream(before);
        }
        setDefaultDevice(Device.CPU);
        assertEquals(Device.CPU, defaultDevice());
        assertSame(before, of(data(2).add(1)));
        assertEquals("Stream(Device(cpu, 0), 0)", before.toString());
    }

    /// Streams made in the scope of the only one there is.
    static class Later {
        public static void main(String[] args) {
            var first = defaultStream(Device.CPU);
            first.run(() -> {
                setDefaultStream(newStream(Device.CPU));
                System.out.println(of(ones(2).add(1)));
            });
            System.out.println(of(ones(2).add(1)));
        }
    }

    @Test void theFirstStreamHasAScopeToo() throws IOException {
        assertEquals(List.of("Stream(Device(cpu, 0), 0)", "Stream(Device(cpu, 0), 1)"),
            Jvm.run(Later.class, Jvm.hasVectors()).lines().filter(line -> line.startsWith("Stream")).toList());
    }

    @Test void whatIsNotThereSaysWhatIsMissing() {
        assertTrue(isAvailable(Device.CPU));
        assertFalse(isAvailable(Device.GPU));
        assertFalse(isAvailable(new Device(Device.Type.CPU, 1)));
        assertFalse(isAvailable(new Device(Device.Type.CPU, -1)));
        assertEquals(1, deviceCount(Device.Type.CPU));
        assertEquals(0, deviceCount(Device.Type.GPU));
        var message = "Device(gpu, 0) is not available: there is no Metal backend yet";
        for (var name : List.of("newStream", "setDefaultDevice", "defaultStream", "deviceInfo"))
            assertEquals(name + ": " + message, assertThrows(IllegalArgumentException.class, () -> {
                switch (name) {
                    case "newStream" -> newStream(Device.GPU);
                    case "setDefaultDevice" -> setDefaultDevice(Device.GPU);
                    case "defaultStream" -> defaultStream(Device.GPU);
                    default -> deviceInfo(Device.GPU);
                }
            }).getMessage());
        var lost = Stream.on(Device.GPU).call(() -> ones(2).add(1));
        assertEquals("eval: " + message, assertThrows(IllegalArgumentException.class, () -> eval(lost)).getMessage());
        assertEquals(Device.CPU, defaultDevice());
        assertTrue((long) deviceInfo(Device.CPU).get("memory_size") > 0);
    }

    // ---- order -------------------------------------------------------------------------------------------------

    @Test void dependenciesAcrossStreamsAreKept() {
        for (int round = 0; round < 200; round++) {
            var x = data(500);
            var want = x;
            var streams = List.of(a, b, defaultStream(Device.CPU));
            var got = x;
            var others = new ArrayList<Array>();
            for (int i = 0; i < 12; i++) {
                int k = i;
                var before = got;
                want = cumsum(want.mul(0.01).add(k), 0);
                got = streams.get(i * 7 % 5 % 3).call(() -> cumsum(before.mul(0.01).add(k), 0));
                if (i % 4 == 0) others.add(got);
            }
            if (round % 2 == 0) asyncEval(others);
            assertArrayEquals(want.toFloatArray(), got.toFloatArray());
        }
        synchronize();
    }

    @Test void aDiamondOfStreamsIsComputedOnce() {
        var x = data(64).reshape(8, 8);
        var top = a.call(() -> x.matmul(x));
        var left = b.call(() -> top.matmul(x));
        var right = a.call(() -> top.matmul(top));
        var sum = left.add(right);
        long before = dev.lazuli.compiler.Counters.KERNELS.sum();
        eval(sum);
        assertEquals(4, dev.lazuli.compiler.Counters.KERNELS.sum() - before);
        assertTrue(isReady(top), "what crosses from a stream to another stays");
        assertArrayEquals(x.matmul(x).matmul(x).add(x.matmul(x).matmul(x.matmul(x))).toFloatArray(),
            sum.toFloatArray());
    }

    @Test void oneStreamIsOneKernelAndConstantsAreNobodys() {
        var x = data(64);
        var two = scalar(2f);
        var view = x.reshape(8, 8);
        var y = a.call(() -> exp(view).mul(two).add(1));
        long before = dev.lazuli.compiler.Counters.KERNELS.sum();
        eval(y);
        assertEquals(1, dev.lazuli.compiler.Counters.KERNELS.sum() - before);
    }

    @Test void streamsRunAtOnce() {
        var both = new CountDownLatch(1);
        var x = data(4);
        var waiting = a.call(() -> after(both, x));
        asyncEval(waiting);
        var quick = b.call(() -> x.mul(3));
        asyncEval(quick);
        synchronize(b);
        assertTrue(isReady(quick));
        assertFalse(isReady(waiting), "a's work is not done, and nobody waited for it");
        assertEquals(9, quick.get(3).item());
        assertEquals(3, x.get(3).item());
        var needs = quick.add(waiting);
        both.countDown();
        assertArrayEquals(new float[] {1, 5, 9, 13}, needs.toFloatArray());
        assertTrue(isReady(waiting));
    }

    @Test void synchronizeWaitsForItsStream() {
        for (int i = 0; i < 50; i++) {
            var x = a.call(() -> cumsum(data(10_000), 0));
            var y = b.call(() -> x.add(1));
            asyncEval(y);
            synchronize(b);
            assertTrue(isReady(x) && isReady(y));
        }
        var x = a.call(() -> cumsum(data(10_000), 0));
        asyncEval(x);
        synchronize();
        assertTrue(isReady(x), "without a stream, for all");
    }

    @Test void whatWasStartedIsNotStartedAgain() {
        var latch = new CountDownLatch(1);
        var x = data(4);
        var first = a.call(() -> after(latch, x));
        asyncEval(first);
        var chain = first;
        long before = dev.lazuli.compiler.Counters.RECOMPUTED.sum();
        for (int i = 0; i < 1000; i++) {
            var last = chain;
            chain = (i % 2 == 0 ? a : b).call(() -> cumsum(last, 0).mul(0.1));
            asyncEval(chain);
        }
        asyncEval(first, chain);
        latch.countDown();
        var want = x.add(1);
        for (int i = 0; i < 1000; i++) want = cumsum(want, 0).mul(0.1);
        assertArrayEquals(want.toFloatArray(), chain.toFloatArray());
        assertEquals(before, dev.lazuli.compiler.Counters.RECOMPUTED.sum());
        assertArrayEquals(new float[] {1, 2, 3, 4}, first.toFloatArray());
    }

    @Test void aLongQueueIsWorkedOff() {
        var latch = new CountDownLatch(1);
        var x = data(4);
        asyncEval(a.call(() -> after(latch, x)));
        var last = x;
        for (int i = 0; i < 5000; i++) {
            int k = i;
            last = (i % 2 == 0 ? a : b).call(() -> x.add(k));
            asyncEval(last);
        }
        latch.countDown();
        synchronize();
        assertTrue(isReady(last));
        assertEquals(4999 + 3, last.get(3).item());
    }

    @Test void anEvaluationOfSeveralStreamsIsWatched() {
        var x = data(100);
        var y = a.call(() -> exp(x));
        var z = b.call(() -> sin(y));
        assertEquals(2, profile(() -> eval(z)).rows().size());
    }

    @Test void manyThreadsAndStreamsAgree() throws InterruptedException {
        var x = data(1000);
        var shared = new ArrayList<Array>();
        for (int i = 0; i < 30; i++) {
            var before = i == 0 ? x : shared.getLast();
            var stream = List.of(a, b, defaultStream(Device.CPU)).get(i % 3);
            shared.add(stream.call(() -> cumsum(before, 0).mul(0.001)));
        }
        var want = x;
        for (int i = 0; i < 30; i++) want = cumsum(want, 0).mul(0.001);
        var last = want.toFloatArray();
        var failures = java.util.Collections.synchronizedList(new ArrayList<Throwable>());
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 30; i += thread % 3 + 1) {
                        if (thread % 2 == 0) asyncEval(shared.get(i));
                        else eval(shared.get(i));
                    }
                    assertArrayEquals(last, shared.getLast().toFloatArray());
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (var thread : threads) thread.join();
        assertEquals(List.of(), failures);
    }

    // ---- failures ----------------------------------------------------------------------------------------------

    @Test void aFailureIsToldOnceAndStaysWithItsStream() {
        var x = data(4);
        var bad = a.call(StreamTest::failing);
        var good = b.call(() -> x.add(1));
        asyncEval(bad);
        asyncEval(good);
        synchronize(b);
        assertEquals(1, good.get(0).item());
        assertThrows(IndexOutOfBoundsException.class, () -> synchronize(a));
        synchronize(a);
        synchronize();
        assertEquals(2, a.call(() -> good.add(1)).get(0).item(), "the stream goes on");
    }

    @Test void aFailureReachesWhatNeedsIt() {
        var bad = a.call(StreamTest::failing);
        var needs = b.call(() -> bad.add(1));
        asyncEval(needs);
        assertThrows(IndexOutOfBoundsException.class, () -> synchronize(b));
        synchronize(a);
        assertThrows(IndexOutOfBoundsException.class, () -> eval(needs), "it is computed again");
        synchronize();
        eval(a.call(() -> data(4).add(1)), b.call(() -> data(4).add(2)));
    }

    @Test void anEvaluationFailsOnce() {
        var x = data(4);
        var bad = a.call(StreamTest::failing);
        var worse = b.call(StreamTest::failing);
        assertThrows(IndexOutOfBoundsException.class, () -> eval(bad, worse));
        synchronize();
        assertEquals(4, a.call(() -> x.add(1)).add(b.call(() -> x.sub(1))).get(2).item());
    }

    @Test void allStreamsAreWaitedForWhateverFails() {
        var latch = new CountDownLatch(1);
        var x = data(4);
        eval(x);
        for (var stream : List.of(a, b)) asyncEval(stream.call(StreamTest::failing));
        var slow = newStream(Device.CPU).call(() -> after(latch, x).add(1));
        asyncEval(slow);
        Thread.startVirtualThread(latch::countDown);
        var e = assertThrows(IndexOutOfBoundsException.class, () -> synchronize());
        assertEquals(1, e.getSuppressed().length, "of the other stream");
        assertTrue(isReady(slow));
        synchronize();
    }

    @Test void whatFollowsAFailureIsComputedWhenAsked() {
        var x = data(4);
        asyncEval(a.call(StreamTest::failing));
        var later = a.call(() -> x.add(1));
        asyncEval(later);
        assertThrows(IndexOutOfBoundsException.class, () -> eval(later));
        assertEquals(1, later.get(0).item());
    }

    // ---- memory that is given away -----------------------------------------------------------------------------

    @Test void whatGivesMemoryAwayWaitsForItsReaders() {
        for (int i = 0; i < 50; i++) {
            var latch = new CountDownLatch(1);
            var x = data(5000).mul(1);
            eval(x);
            var reader = a.call(() -> cumsum(after(latch, x), 0));
            asyncEval(reader);
            var taker = b.call(() -> donate(x, full(-1, Dtype.FLOAT32, 5000), 0, 0));
            asyncEval(taker);
            assertFalse(isReady(taker));
            latch.countDown();
            assertEquals(-1, taker.get(7).item());
            assertEquals(5000 * 5001.0 / 2, reader.get(4999).item(), 1000);
            assertThrows(IllegalStateException.class, () -> eval(x.add(1)), "x is lost");
        }
    }

    @Test void whoReadsInTheSameEvaluationKeepsItsMemory() {
        var x = data(100).mul(1);
        eval(x);
        var reader = a.call(() -> x.add(1));
        var taker = b.call(() -> donate(x, zeros(100), 0, 0));
        eval(taker, reader);
        assertEquals(100, reader.get(99).item());
        assertEquals(99, x.get(99).item(), "copied, because another array of the evaluation needs it");
    }

    // ---- transforms --------------------------------------------------------------------------------------------

    private static Set<Stream> streams(Array x) {
        var found = new HashSet<Stream>();
        for (var node : dev.lazuli.graph.Order.of(List.of(x.node()), n -> false))
            if (node.state() instanceof Node.Pending p && !p.op().isFree()) found.add(p.stream());
        return found;
    }

    @Test void aDerivativeBelongsToTheStreamOfItsOperation() {
        var x = data(6);
        Function<Array, Array> f = t -> sum(b.call(() -> exp(a.call(() -> sin(t).mul(t)).mul(0.1))));
        var slope = grad(f).apply(x);
        assertTrue(streams(slope).containsAll(Set.of(a, b)), streams(slope).toString());
        assertSame(a, of(slope), "what flows into x comes through a");
        assertArrayEquals(grad((Array t) -> sum(exp(sin(t).mul(t).mul(0.1)))).apply(x).toFloatArray(),
            slope.toFloatArray());
        var in = a.call(() -> grad((Array t) -> sum(sin(t).mul(t))).apply(x));
        assertEquals(Set.of(a), streams(in));
        assertArrayEquals(grad((Array t) -> sum(sin(t).mul(t))).apply(x).toFloatArray(), in.toFloatArray());
        var moved = jvp((Array t) -> a.call(() -> sin(t)), x, x).tangent();
        assertEquals(Set.of(a), streams(moved));
    }

    @Test void batchesAndCompiledFunctionsKeepStreams() {
        var x = data(6).reshape(2, 3);
        var batched = vmap((Array t) -> a.call(() -> cumsum(t, 0))).apply(x);
        assertEquals(Set.of(a), streams(batched));
        assertArrayEquals(cumsum(x, 1).toFloatArray(), batched.toFloatArray());
        var f = compile((Array t) -> exp(a.call(() -> cumsum(t, 0))));
        assertEquals(Set.of(a, defaultStream(Device.CPU)), streams(f.apply(x)));
        assertEquals(Set.of(a, b), streams(b.call(() -> f.apply(x))));
        assertEquals(2, f.traces(), "a function may differ from stream to stream");
        assertArrayEquals(exp(cumsum(x, 0)).toFloatArray(), b.call(() -> f.apply(x)).toFloatArray());
        var again = a.call(() -> grad((Array t) -> sum(checkpoint((Array s) -> sin(s).mul(s)).apply(t))).apply(x));
        assertArrayEquals(grad((Array t) -> sum(sin(t).mul(t))).apply(x).toFloatArray(), again.toFloatArray());
    }
}
