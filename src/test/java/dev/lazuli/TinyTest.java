package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.compiler.Counters;
import dev.lazuli.type.Dtype;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The whole system on one page.
class TinyTest {
    @Test void arraysAreLazyAndPrint() {
        var x = array(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        long before = Counters.KERNELS.sum();
        var y = exp(x).mul(x).add(1).sum(1);
        assertEquals(before, Counters.KERNELS.sum(), "nothing is computed before somebody looks");
        assertEquals("array([80.753, 3384.03], dtype=float32)", y.toString());
        assertEquals(before + 1, Counters.KERNELS.sum(), "and then in one kernel");
        assertEquals("array([1, 2, 3], dtype=int32)", arange(1, 4).toString());
    }

    @Test void numbersHaveTypes() {
        assertEquals(Dtype.FLOAT32, array(1, 2).div(array(3, 4)).dtype());
        assertEquals(Dtype.INT32, array(1, 2).add(1).dtype());
        assertEquals(Dtype.FLOAT64, array(1f).add(array(1.0)).dtype());
        assertEquals(4_294_967_295L, array(-1).to(Dtype.UINT32).itemLong());
        assertArrayEquals(new float[] {3, 4}, sqrt(array(9f, 16f)).to(Dtype.BFLOAT16).toFloatArray());
    }

    @Test void partsAndPlaces() {
        var x = arange(12).reshape(3, 4);
        assertArrayEquals(new int[] {4, 6}, x.get(Index.at(1), Index.every(2)).toIntArray());
        assertArrayEquals(new int[] {8, 9, 10, 11, 0, 1, 2, 3}, take(x, array(-1, 0), 0).toIntArray());
        assertEquals(6 + 4 * 7 + 38, x.at(Index.at(1)).set(7).sum().item());
        assertArrayEquals(new int[] {0, 4, 8, 1}, x.T().reshape(12).get(Index.to(4)).toIntArray());
    }

    @Test void mistakesAreThrownWhereTheyAreMade() {
        var x = zeros(2, 3);
        assertEquals("matmul: inner dimensions differ: (2, 3) · (2, 3)",
            assertThrows(IllegalArgumentException.class, () -> x.matmul(x)).getMessage());
        assertEquals("add: shapes do not broadcast: (2, 3) and (4,)",
            assertThrows(IllegalArgumentException.class, () -> x.add(zeros(4))).getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> x.sum(2));
        assertThrows(IllegalStateException.class, x::item);
    }

    record Layer(Array weight, Array bias) {
        Array apply(Array x) { return x.matmul(weight.T()).add(bias); }
    }

    record Net(Layer in, List<Layer> deep, Optional<Layer> out) {
        Array apply(Array x) {
            var y = tanh(in.apply(x));
            for (var layer : deep) y = tanh(layer.apply(y));
            return out.orElseThrow().apply(y);
        }
    }

    private static Layer layer(int in, int out, int seed) {
        var values = IntStream.range(0, in * out).mapToDouble(i -> 0.8 * Math.sin(seed + 12.9898 * i)).toArray();
        return new Layer(array(values, out, in).to(Dtype.FLOAT32), zeros(out));
    }

    @Test void aNetworkLearns() {
        var net = new Net(layer(2, 8, 1), List.of(layer(8, 8, 2)), Optional.of(layer(8, 1, 3)));
        var x = array(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);
        var y = array(new float[] {0, 1, 1, 0}, 4, 1);
        var step = valueAndGrad((Net n) -> mean(square(n.apply(x).sub(y))));
        double first = step.apply(net).value().item();
        for (int i = 0; i < 200; i++) {
            var found = step.apply(net);
            var slopes = Tree.flatten(found.gradient());
            net = Tree.map(net, (path, w) -> w.sub(slopes.get(path).mul(0.2)));
            eval(net, found.value());
        }
        double last = step.apply(net).value().item();
        assertTrue(last < first / 10, "loss from " + first + " to " + last);
        assertEquals(List.of("in.weight", "in.bias", "deep.0.weight", "deep.0.bias", "out.weight", "out.bias"),
            List.copyOf(Tree.flatten(net).keySet()));
    }

    @Test void transformsCompose() {
        var x = array(0.5, 1.0, 2.0);
        assertArrayEquals(new double[] {1.5, 3, 6}, x.mul(3).toDoubleArray());
        var slope = vmap((Array a) -> grad((Array b) -> b.mul(b).mul(b)).apply(a));
        assertArrayEquals(new double[] {0.75, 3, 12}, slope.apply(x).toDoubleArray());
        var curve = grad((Array a) -> slope.apply(a).sum());
        assertArrayEquals(new double[] {3, 6, 12}, curve.apply(x).toDoubleArray());
        var moved = jvp((Map<String, Array> m) -> m.get("a").mul(m.get("b")), map(x, x),
            map(ones(Dtype.FLOAT64, 3), x));
        assertArrayEquals(new double[] {0.75, 2, 6}, moved.tangent().toDoubleArray());
    }

    private static Map<String, Array> map(Array a, Array b) {
        var map = new LinkedHashMap<String, Array>();
        map.put("a", a);
        map.put("b", b);
        return map;
    }

    @Test void attentionIsItsMeaning() {
        var q = layer(4, 12, 1).weight().reshape(1, 2, 6, 4);
        var scores = q.mul(0.5).matmul(q.transpose(0, 1, 3, 2));
        var causal = where(tri(6, 6, 0, Dtype.BOOL), scores, Double.NEGATIVE_INFINITY);
        var want = softmax(causal, -1).matmul(q);
        assertTrue(allclose(Fast.scaledDotProductAttention(q, q, q, 0.5, true), want, 1e-5, 1e-6).itemBoolean());
    }

    @Test void quantisedWeightsAreNearTheirs() {
        var w = layer(64, 32, 5).weight();
        var x = layer(64, 3, 6).weight();
        var q = quantize(w, 32, 8);
        var error = abs(quantizedMatmul(x, q.weight(), q.scales(), q.biases(), true, 32, 8).sub(x.matmul(w.T())));
        assertTrue(max(error).item() < 0.05);
    }
}
