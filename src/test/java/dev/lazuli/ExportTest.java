package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.io.FormatException;
import dev.lazuli.type.Dtype;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions that are written to files and read again.
class ExportTest {
    @TempDir Path folder;

    private Imported copy(Function<List<Array>, ?> f, Array... x) {
        var file = folder.resolve("function.safetensors");
        exportFunction(file, f, List.of(x));
        return importFunction(file);
    }

    private static void equal(Array want, Array got) {
        assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape());
        assertArrayEquals(want.toDoubleArray(), got.toDoubleArray());
    }

    @Test void aFunctionIsTheSameAfterwards() {
        var w = array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Function<List<Array>, Array> f = x -> softmax(cumsum(sort(x.get(0), -1).matmul(w), -1), -1)
            .mul(where(x.get(1).gt(0), x.get(1), Float.NEGATIVE_INFINITY)).add(sum(x.get(1), true, 0))
            .to(Dtype.FLOAT16);
        var x = array(new float[] {3, -1, 0.5f, 2}, 2, 2);
        var y = array(1f, -2f, 3f);
        var g = copy(f, x, y);
        assertEquals(List.of("(0: float32 (2, 2), 1: float32 (3,))"), g.signatures());
        equal(f.apply(List.of(x, y)), g.apply(List.of(x, y)).firstEntry().getValue());
        var z = x.add(1);
        equal(f.apply(List.of(z, y)), g.apply(List.of(z, y)).firstEntry().getValue());
    }

    @Test void gradientsAndFunctionsWithinAreExported() {
        Function<Array, Array> loss = t -> sum(checkpoint((Array s) -> sin(s).mul(s)).apply(t));
        var x = array(0.5f, -1f);
        var g = copy(list -> grad(loss).apply(list.getFirst()), x);
        equal(grad(loss).apply(x), g.apply(List.of(x)).get(""));
    }

    @Test void moreLeadingAxesAreABatch() {
        var g = copy(x -> Map.of("norm", Fast.rmsNorm(x.getFirst(), null, 1e-5)), ones(4));
        var x = array(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
        equal(Fast.rmsNorm(x, null, 1e-5), g.apply(List.of(x)).get("norm"));
    }

    @Test void whatDoesNotFitIsRefused() {
        var g = copy(x -> x.getFirst().add(1), ones(4));
        for (var bad : List.of(List.of(), List.of(ones(3)), List.of(ones(Dtype.INT32, 4)), List.of(scalar(1f)))) {
            var e = assertThrows(IllegalArgumentException.class, () -> g.apply(bad));
            assertTrue(e.getMessage().contains("expected"), e.getMessage());
        }
        var file = folder.resolve("weights.safetensors");
        saveSafetensors(file, Map.of("x", ones(2)), Map.of());
        assertThrows(FormatException.class, () -> importFunction(file));
        refused("there is no operation Runtime", "[{\"arguments\": [], \"results\": [0], \"steps\": "
            + "[[[\"Runtime\", 1], [], [], \"float32\"]], \"captured\": [], \"inputs\": [], \"outputs\": [\"\"]}]");
        refused("captured array 3 of 0", "[{\"captured\": [3]}]");
        refused("do not name 0 arguments and 0 results", "[{\"arguments\": [], \"results\": [], \"steps\": [], "
            + "\"captured\": [], \"inputs\": [\"x\"], \"outputs\": []}]");
        refused("expected an array", "{}");
    }

    private void refused(String why, String function) {
        var file = folder.resolve("function.safetensors");
        saveSafetensors(file, Map.of(), Map.of("lazuli.function", function));
        var e = assertThrows(FormatException.class, () -> importFunction(file));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test void aFunctionOfNothingIsRefused() {
        Function<Array, Array> f = x -> x;
        assertEquals("exportFunction: expected an argument of each kind, got none", assertThrows(
            IllegalArgumentException.class, () -> exportFunction(folder.resolve("none"), f)).getMessage());
    }

    @Test void theKindOfArgumentChoosesWhatRuns() {
        var w = arange(0, 12).to(Dtype.FLOAT32).reshape(3, 4);
        Function<Array, Array> f = x -> x.rank() == 1 ? x.matmul(w).div(x.dim(0)) : sum(x.mul(w), 0).add(x.dim(1));
        var file = folder.resolve("kinds.safetensors");
        exportFunction(file, f, ones(3), ones(3, 4), ones(3, 1), ones(Dtype.INT32, 3));
        var g = importFunction(file);
        assertEquals(List.of("(float32 (3,))", "(float32 (3, 4))", "(float32 (3, 1))", "(int32 (3,))"), g.signatures());
        for (var x : List.of(array(1f, 2f, 3f), w.add(1), array(1f, 2f, 3f).reshape(3, 1), array(1, 2, 3)))
            equal(f.apply(x), g.apply(x).get(""));
        equal(vmap(f).apply(ones(5, 3)), g.apply(ones(5, 3)).get(""));
        equal(vmap(f).apply(ones(3, 3, 4)), g.apply(ones(3, 3, 4)).get(""));
        var captured = load(file).arrays().values().stream().filter(x -> x.size() == 12).count();
        assertEquals(1, captured, "what several kinds use is written once");
        var e = assertThrows(IllegalArgumentException.class, () -> g.apply(ones(4)));
        assertTrue(e.getMessage().endsWith("expected one of " + g.signatures() + ", got (float32 (4,))"),
            e.getMessage());
    }

    @Test void pathsTellKindsApartThatAreOtherwiseEqual() {
        Function<Map<String, Array>, Array> f = x -> x.containsKey("a") ? x.get("a").add(1) : x.get("b").mul(10);
        var file = folder.resolve("paths.safetensors");
        exportFunction(file, f, Map.of("a", ones(2)), Map.of("b", ones(2)));
        var g = importFunction(file);
        assertEquals(2, g.apply(Map.of("a", ones(2))).get("").get(0).item());
        assertEquals(10, g.apply(Map.of("b", ones(2))).get("").get(0).item());
        assertThrows(IllegalArgumentException.class, () -> g.apply(ones(2)));
        var e = assertThrows(IllegalArgumentException.class,
            () -> exportFunction(file, f, Map.of("a", ones(2)), Map.of("a", zeros(2))));
        assertEquals("exportFunction: two arguments are (a: float32 (2,))", e.getMessage());
    }

    @Test void graphsAreDrawn() {
        var x = ones(2);
        var dot = toDot(exp(x).add(x));
        assertTrue(dot.startsWith("digraph {"), dot);
        assertTrue(dot.contains("exp (2,) float32"), dot);
        assertEquals(3, dot.lines().filter(l -> l.contains(" -> ") && !l.contains("n0 ->")).count(), dot);
    }
}
