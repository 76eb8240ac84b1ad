package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.memory.Pool;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Functions of functions: compiled, checkpointed, with rules of their own.
class FunctionsTest {
    record Line(Array slope, Array offset, int power) {
        Array at(Array x) { return x.pow(power).mul(slope).add(offset); }
    }

    private static void equal(Array want, Array got) {
        assertEquals(want.shape(), got.shape());
        assertArrayEquals(want.toDoubleArray(), got.toDoubleArray(), 1e-6);
    }

    @Test void compiledFunctionsAreTracedOnceForEachKind() {
        var runs = new int[1];
        var f = compile((Array x) -> {
            runs[0]++;
            return x.mul(x).sum();
        });
        assertEquals(5, f.apply(array(1f, 2f)).item());
        assertEquals(25, f.apply(array(3f, 4f)).item());
        assertEquals(9, f.apply(array(3)).item());
        assertEquals(14, f.apply(array(1f, 2f, 3f)).item());
        assertEquals(3, runs[0]);
        assertEquals(3, f.traces());
        assertEquals(4, f.calls());
        assertEquals(3, f.size());
    }

    @Test void whatIsNoArrayTellsKindsApart() {
        var x = array(1f, 2f);
        var f = compile((Line line) -> line.at(x));
        var line = new Line(scalar(2f), scalar(1f), 2);
        equal(line.at(x), f.apply(line));
        equal(new Line(scalar(2f), scalar(1f), 3).at(x), f.apply(new Line(scalar(2f), scalar(1f), 3)));
        assertEquals(2, f.traces());
    }

    @Test void onlyTheLastKindsAreRemembered() {
        var f = compile((Array x) -> x.add(1));
        for (int n = 1; n <= 100; n++) assertEquals(n + 1.0, f.apply(full(n, Dtype.FLOAT32, n)).get(0).item());
        assertEquals(64, f.size());
    }

    @Test void compiledFunctionsAreTransformed() {
        Function<Array, Array> plain = x -> sum(sin(x).mul(x));
        var f = compile(plain);
        var x = array(0.1f, 0.7f, -0.3f);
        f.apply(x);
        equal(grad(plain).apply(x), grad(f).apply(x));
        equal(grad((Array t) -> sum(grad(plain).apply(t))).apply(x), grad((Array t) -> sum(grad(f).apply(t))).apply(x));
        equal(grad(plain).apply(x), compile(grad(plain)).apply(x));
        var rows = array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        equal(vmap(plain).apply(rows), vmap(f).apply(rows));
        equal(vmap(plain).apply(rows), compile(vmap(plain)).apply(rows));
        equal(vmap(vmap((Array t) -> t.mul(t).add(1))).apply(rows),
            vmap(vmap(compile((Array t) -> t.mul(t).add(1)))).apply(rows));
    }

    @Test void stateGoesInAndComesOut() {
        record State(Array sum, Array count) {}
        var step = compile((State s) -> new State(s.sum().add(s.count()), s.count().add(1)));
        var state = new State(scalar(0f), scalar(0f));
        for (int i = 0; i < 5; i++) state = step.apply(state);
        assertEquals(10, state.sum().item());
        assertEquals(1, step.traces());
    }

    @Test void compiledFunctionsDrawWhatTheFunctionWould() {
        Function<Array, Array> f = x -> x.add(dev.lazuli.Random.normal(3)).mul(dev.lazuli.Random.uniform(3));
        Function<Array, Array> g = compile(f), h = compile((Array x) -> g.apply(g.apply(x)));
        var x = array(1f, 2f, 3f);
        for (var pair : List.of(List.of(f, g), List.of((Function<Array, Array>) t -> f.apply(f.apply(t)), h)))
            for (int i = 0; i < 3; i++) {
                dev.lazuli.Random.seed(7 + i);
                var want = List.of(pair.get(0).apply(x), pair.get(0).apply(x), dev.lazuli.Random.bits(2));
                dev.lazuli.Random.seed(7 + i);
                var got = List.of(pair.get(1).apply(x), pair.get(1).apply(x), dev.lazuli.Random.bits(2));
                for (int j = 0; j < want.size(); j++) equal(want.get(j), got.get(j));
            }
    }

    @Test void gradientsFlowToWhatIsCaptured() {
        var x = array(1f, 2f);
        for (boolean again : List.of(false, true)) {
            Function<Array, Array> loss = w -> {
                Function<Array, Array> f = t -> t.mul(w).sum();
                return (again ? checkpoint(f) : compile(f)).apply(x);
            };
            equal(x, grad(loss).apply(array(3f, 4f)));
        }
    }

    @Test void valuesAreNotKnownWhileTracing() {
        var e = assertThrows(IllegalStateException.class,
            () -> compile((Array x) -> x.mul(x.item())).apply(scalar(2f)));
        assertTrue(e.getMessage().contains("compile"), e.getMessage());
    }

    @Test void checkpointsGiveTheSameGradient() {
        Function<Array, Array> f = x -> exp(sin(x)).mul(x);
        var x = array(0.3f, -0.8f, 1.1f);
        equal(f.apply(x), checkpoint(f).apply(x));
        equal(grad((Array t) -> sum(f.apply(t))).apply(x), grad((Array t) -> sum(checkpoint(f).apply(t))).apply(x));
        Function<Array, Array> twice = t -> sum(checkpoint(f).apply(checkpoint(f).apply(t)));
        equal(grad((Array t) -> sum(f.apply(f.apply(t)))).apply(x), grad(twice).apply(x));
        equal(jvp(f, x, x).tangent(), jvp(checkpoint(f), x, x).tangent());
        var rows = array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        equal(vmap(f).apply(rows), vmap(checkpoint(f)).apply(rows));
    }

    @Test void checkpointsNeedLessMemory() {
        int n = 1 << 18, layers = 12;
        long kept = peak(n, layers, f -> f), again = peak(n, layers, Lazuli::checkpoint);
        assertTrue(again < 0.6 * kept, again + " of " + kept + " bytes");
    }

    // Products keep their operands for the gradient, and are not fused with each other.
    private static long peak(int n, int layers, Function<Function<Array, Array>, Function<Array, Array>> how) {
        int width = 64;
        var w = ones(width, width).mul(1f / width);
        Function<Array, Array> layer = x -> {
            for (int i = 0; i < 4; i++) x = tanh(x.matmul(w));
            return x;
        };
        var x = ones(n / width, width).mul(0.5f);
        eval(x, w);
        Pool.resetPeak();
        long before = Pool.active();
        eval(grad((Array t) -> {
            for (int i = 0; i < layers; i++) t = how.apply(layer).apply(t);
            return sum(t);
        }).apply(x));
        return Pool.peak() - before;
    }

    @Test void rulesReplaceDerivatives() {
        var straight = customFunction((Array x) -> round(x)).vjp((x, y, ct) -> ct.mul(y));
        equal(array(0f, 2f), grad((Array x) -> sum(straight.apply(x))).apply(array(0.3f, 1.7f)));
        var rows = array(new float[] {0.3f, 1.7f, 2.2f, 2.9f}, 2, 2);
        equal(array(new float[] {0, 2, 2, 3}, 2, 2),
            vmap(grad((Array x) -> sum(straight.apply(x)))).apply(rows));
        var doubled = customFunction((Array x) -> round(x)).jvp((x, t) -> t.mul(2));
        equal(array(2f, 4f), jvp(doubled, array(0.3f, 1.7f), array(1f, 2f)).tangent());
    }

    @Test void rulesSeeTrees() {
        var seen = new ArrayList<Integer>();
        var f = customFunction((Line line) -> List.of(line.slope().mul(2), line.offset()))
            .vjp((line, y, ct) -> {
                seen.add(line.power());
                return new Line(ct.get(0).mul(100), ct.get(1).add(y.get(1)), line.power());
            });
        var line = new Line(scalar(2f), scalar(5f), 3);
        var found = grad((Line l) -> f.apply(l).get(0).add(f.apply(l).get(1).mul(7))).apply(line);
        assertEquals(100, found.slope().item());
        assertTrue(seen.contains(3));
    }

    @Test void rulesReplaceBatching() {
        var f = customFunction((Array x) -> x.sum()).vmap(rows -> rows.sum(1).mul(10));
        assertEquals(6, f.apply(array(1f, 2f, 3f)).item());
        equal(array(60f, 150f), vmap(f).apply(array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)));
        equal(array(new float[] {30, 30}, 1, 2).reshape(1, 2),
            vmap(vmap(f)).apply(ones(1, 2, 3)));
    }

    @Test void aRuleWithTooFewResultsIsRefused() {
        var f = customFunction((List<Array> x) -> x.get(0).mul(x.get(1))).vjp((x, y, ct) -> List.of(ct));
        var e = assertThrows(IllegalArgumentException.class,
            () -> grad((List<Array> x) -> f.apply(x)).apply(List.of(scalar(1f), scalar(2f))));
        assertTrue(e.getMessage().startsWith("customFunction: expected 2"), e.getMessage());
    }
}
