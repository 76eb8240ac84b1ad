package dev.lazuli;

import static dev.lazuli.Index.*;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.io.FormatException;
import dev.lazuli.type.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions in files that run at other sizes than those they were exported with.
class ShapelessTest {
    @TempDir Path folder;

    private static Array numbers(int... dims) { return Random.normal(Random.key(dims.length), dims); }

    private Imported copy(Function<List<Array>, ?> f, Array... like) {
        var file = folder.resolve("function.safetensors");
        exportShapeless(file, f, List.of(like));
        return importFunction(file);
    }

    private static void equal(Function<List<Array>, Array> f, Imported g, Array... x) {
        var want = f.apply(List.of(x));
        var got = g.apply(List.of(x)).firstEntry().getValue();
        assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape());
        assertArrayEquals(want.toDoubleArray(), got.toDoubleArray());
    }

    /// A function of one argument is the same at many sizes of its free axes, of which it has as many as it says.
    private void same(int free, int[] like, Function<Array, Array> f) {
        Function<List<Array>, Array> one = x -> f.apply(x.getFirst());
        var g = copy(one, numbers(like));
        assertEquals(free, IntStream.of(like).count() - fixed(g), g.signatures().toString());
        for (int n : new int[] {2, 3, 5, 12, 31}) {
            var dims = like.clone();
            var names = g.signatures().getFirst().replaceAll(".*float32 \\(|\\).*", "").split(",? |,");
            for (int i = 0; i < dims.length; i++)
                if (names[i].startsWith("n")) dims[i] = n + 2 * Integer.parseInt(names[i].substring(1));
            equal(one, g, numbers(dims));
        }
    }

    private static long fixed(Imported g) {
        var names = g.signatures().getFirst().replaceAll(".*float32 \\(|\\).*", "").split(",? |,");
        return List.of(names).stream().filter(n -> !n.startsWith("n")).count();
    }

    @Test void numbersThatFollowFromSizesDoSo() {
        same(2, new int[] {4, 6}, x -> mean(x, -1));
        same(2, new int[] {4, 6}, x -> var(x, true, 1, 0));
        same(2, new int[] {4, 6}, x -> softmax(x, 0).add(1.0 / Math.sqrt(x.dim(1))));
        same(2, new int[] {4, 4}, x -> mean(x).mul(x.dim(0)).add((float) (1 / Math.sqrt(x.dim(0) * x.dim(1)))));
        same(2, new int[] {4, 6}, x -> x.reshape(-1).mul(arange(0, x.dim(0) * x.dim(1))));
        same(3, new int[] {4, 6, 5}, x -> flatten(x, 0, 1).transpose(1, 0).reshape(x.dim(2) * x.dim(0), x.dim(1)));
        same(2, new int[] {4, 6}, x -> concatenate(List.of(x, zeros(2, x.dim(1)), flip(x, 0)), 0));
        same(2, new int[] {4, 6}, x -> x.get(all(), range(0, -1)).sub(x.get(all(), range(1, x.dim(1)))));
        same(2, new int[] {4, 9, 2}, x -> conv1d(x, numbers(3, 3, 2), Convolving.PLAIN.stride(1).padding(1)));
        same(2, new int[] {4, 6}, x -> cumsum(topk(x, 2, -1), 0).add(Random.normal(Random.key(1), x.dim(0), 1)));
        same(2, new int[] {4, 6}, x -> tril(x, 0).mul(abs(Fft.fft(x)).mul(eye(x.dim(0), x.dim(1), 0, Dtype.FLOAT32))));
        same(2, new int[] {3, 3}, x -> sum(x.matmul(x)).mul(x.reshape(x.dim(0) * x.dim(0))));
    }

    @Test void gradientsAndFunctionsWithinAreFree() {
        same(2, new int[] {4, 6}, grad((Array x) -> mean(checkpoint((Array t) -> sin(t).mul(mean(t))).apply(x))));
    }

    @Test void sizesAreTiedWhereTheyHaveToBe() {
        Function<List<Array>, Array> f = x -> x.get(0).matmul(x.get(1)).add(x.get(2));
        var g = copy(f, numbers(2, 3), numbers(3, 4), numbers(4));
        assertEquals("(0: float32 (n1, n2), 1: float32 (n2, n3), 2: float32 (n3,))",
            g.signatures().getFirst().replaceAll(" for .*", ""));
        equal(f, g, numbers(2, 3), numbers(3, 4), numbers(4));
        equal(f, g, numbers(1, 8), numbers(8, 5), numbers(5));
        equal(f, g, numbers(7, 7), numbers(7, 7), numbers(7));
        var e = assertThrows(IllegalArgumentException.class, () -> g.apply(List.of(ones(2, 3), ones(4, 4), ones(4))));
        assertTrue(e.getMessage().endsWith("expected one of " + g.signatures()
            + ", got (0: float32 (2, 3), 1: float32 (4, 4), 2: float32 (4,))"), e.getMessage());
    }

    @Test void attentionTakesAnyLengthAndBatch() {
        Function<List<Array>, Array> f = x -> {
            var length = arange(x.get(0).dim(2));
            var mask = where(expandDims(length, 1).ge(length), scalar(0f), Float.NEGATIVE_INFINITY);
            return Fast.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), 1 / Math.sqrt(x.get(0).dim(3)), mask);
        };
        var g = copy(f, numbers(1, 2, 3, 8), numbers(1, 2, 3, 8), numbers(1, 2, 3, 8));
        for (int n : new int[] {1, 2, 7, 33}) {
            var x = numbers(n % 3 + 1, 2, n, 8);
            equal(f, g, x, x.mul(2), x.add(1));
        }
    }

    /// A decoder's block with a cache: new keys and values are put behind those of earlier positions.
    private static List<Array> block(List<Array> in, List<Array> w) {
        var x = in.getFirst();
        int batch = x.dim(0);
        int length = x.dim(1);
        int past = in.get(1).dim(2);
        var h = Fast.rmsNorm(x, w.get(0), 1e-5);
        var q = Fast.rope(heads(h.matmul(w.get(1)), 4), 8, false, 1e4, 1, past);
        var k = Fast.rope(heads(h.matmul(w.get(2)), 2), 8, false, 1e4, 1, past);
        var v = heads(h.matmul(w.get(3)), 2);
        var keys = concatenate(List.of(in.get(1), k), 2);
        var values = concatenate(List.of(in.get(2), v), 2);
        var seen = Fast.scaledDotProductAttention(q, keys, values, 1 / Math.sqrt(8), true);
        var y = x.add(seen.transpose(0, 2, 1, 3).reshape(batch, length, 32).matmul(w.get(4)));
        var gate = Fast.rmsNorm(y, w.get(0), 1e-5).matmul(w.get(5));
        return List.of(y.add(gate.mul(sigmoid(gate)).matmul(w.get(6))), keys, values);
    }

    private static Array heads(Array x, int heads) {
        return x.reshape(x.dim(0), x.dim(1), heads, 8).transpose(0, 2, 1, 3);
    }

    private static final List<Array> WEIGHTS = List.of(numbers(20), numbers(20, 32), numbers(20, 16),
        numbers(20, 16), numbers(32, 20), numbers(20, 48), numbers(48, 20));

    private static List<Array> arguments(int batch, int length, int past) {
        return List.of(numbers(batch, length, 20), numbers(batch, 2, past, 8), numbers(batch, 2, past, 8));
    }

    @Test void aBlockOfLlamaWithItsCacheIsFreeInBatchLengthAndPast() {
        var g = copy(x -> block(x, WEIGHTS), arguments(1, 3, 6).toArray(Array[]::new));
        assertEquals("(0: float32 (n1, n2, 20), 1: float32 (n1, 2, n3, 8), 2: float32 (n1, 2, n3, 8))",
            g.signatures().getFirst().replaceAll(" for .*", ""));
        for (int[] n : new int[][] {{1, 3, 6}, {2, 1, 5}, {1, 1, 9}, {3, 7, 12}, {2, 2, 2}, {4, 40, 1}}) {
            var x = arguments(n[0], n[1], n[2]);
            var want = block(x, WEIGHTS);
            var got = List.copyOf(g.apply(x).values());
            for (int i = 0; i < 3; i++) assertArrayEquals(want.get(i).toDoubleArray(), got.get(i).toDoubleArray());
        }
    }

    public static void main(String[] args) {
        var x = arguments(3, 5, 4);
        var got = importFunction(Path.of(System.getProperty("shapeless.file"))).apply(x).get("0");
        assertArrayEquals(block(x, WEIGHTS).getFirst().toDoubleArray(), got.toDoubleArray());
        System.out.println("the same");
    }

    @Test void anotherProcessRunsItAtOtherSizes() throws IOException {
        copy(x -> block(x, WEIGHTS), arguments(1, 3, 6).toArray(Array[]::new));
        var out = Jvm.run(ShapelessTest.class, Jvm.hasVectors(),
            "-Dshapeless.file=" + folder.resolve("function.safetensors"));
        assertTrue(out.endsWith("the same" + System.lineSeparator()), out);
    }

    @Test void leadingAxesAreStillABatch() {
        Function<List<Array>, Array> f = x -> cumsum(x.getFirst(), 0).mul(arange(x.getFirst().dim(0))).div(array(3f));
        var g = copy(f, ones(4));
        var x = numbers(2, 3, 5);
        var got = g.apply(List.of(x)).get("");
        assertArrayEquals(vmap(vmap((Array r) -> f.apply(List.of(r)))).apply(x).toDoubleArray(), got.toDoubleArray());
    }

    private String refused(Function<List<Array>, ?> f, Array... like) {
        return assertThrows(IllegalArgumentException.class, () -> copy(f, like)).getMessage();
    }

    @Test void whatIsNoFormulaIsRefused() {
        var half = refused(x -> x.getFirst().get(range(x.getFirst().dim(0) / 2, x.getFirst().dim(0))), ones(4));
        assertTrue(half.contains("no formula of [n1]") && half.contains("Slice"), half);
        var random = refused(x -> x.getFirst().add(Random.normal(x.getFirst().dim(0))), ones(4));
        assertTrue(random.contains("no size is free: an array that is made of Java's numbers"), random);
        var third = refused(x -> x.getFirst().mul(3.0 / x.getFirst().dim(0)), ones(4));
        assertTrue(third.contains("no formula of [n1] is [0.3333333333333333, 0.3, 0.27"), third);
        var squeezed = refused(x -> squeeze(x.getFirst()), ones(4, 1));
        assertTrue(squeezed.contains("does not hold for [n1 = 4, n2 = 1]"), squeezed);
        var silent = refused(x -> {
            if (x.getFirst().dim(0) != 4) throw new IllegalStateException();
            return x.getFirst().neg();
        }, ones(4));
        assertTrue(silent.contains("no size is free: java.lang.IllegalStateException"), silent);
        var w = ones(4);
        var fixed = refused(x -> x.getFirst().add(w), ones(4));
        assertTrue(fixed.contains("no size is free: add: shapes do not broadcast"), fixed);
        var java = refused(x -> x.getFirst().mul(array(new float[x.getFirst().dim(0)])), ones(4));
        assertTrue(java.contains("no size is free: an array"), java);
        var branch = refused(x -> x.getFirst().dim(0) > 5 ? exp(x.getFirst()) : x.getFirst().neg(), ones(4));
        assertTrue(branch.contains("n1 = 4"), branch);
    }

    @Test void aSizeIsFreeAsFarAsTheFunctionIsTheSame() {
        var table = numbers(30);
        Function<List<Array>, Array> f = x -> x.get(0).add(table.get(to(x.get(0).dim(0)))).get(from(3));
        var g = copy(f, ones(6));
        assertEquals(List.of("(0: float32 (n1,)) for n1 in 4..24"), g.signatures());
        equal(f, g, numbers(4));
        equal(f, g, numbers(24));
        assertThrows(IllegalArgumentException.class, () -> g.apply(List.of(ones(31))));
        assertThrows(IllegalArgumentException.class, () -> g.apply(List.of(ones(2))));
    }

    @Test void aFileThatDoesNotSayItsRangesIsRefused() {
        var file = folder.resolve("function.safetensors");
        saveSafetensors(file, Map.of(), Map.of("lazuli.function", "[{\"arguments\": [[[{\"n\": 1}], \"float32\"]], "
            + "\"steps\": [], \"results\": [0], \"captured\": [], \"inputs\": [\"x\"], \"outputs\": [\"\"]}]"));
        var e = assertThrows(FormatException.class, () -> importFunction(file));
        assertTrue(e.getMessage().contains("the ranges of [n] are null"), e.getMessage());
    }

    @Test void lazyArraysFromOutsideAreWrittenOnce() {
        var w = ones(3, 2).mul(2);
        Function<List<Array>, Array> f = x -> x.getFirst().matmul(w).add(w.mul(3).sum());
        var g = copy(f, ones(4, 3));
        equal(f, g, numbers(9, 3));
        assertEquals(1, load(folder.resolve("function.safetensors")).arrays().size());
    }
}
