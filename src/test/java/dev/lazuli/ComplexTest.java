package dev.lazuli;

import static dev.lazuli.Index.all;
import static dev.lazuli.Index.at;
import static dev.lazuli.Index.of;
import static dev.lazuli.Index.range;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lazuli.type.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What the reference data says little of: folds and order of complex numbers, inverse hyperbolic functions, updates
/// that mix kinds of indices.
class ComplexTest {
    private static Array complex(float... parts) {
        return array(MemorySegment.ofArray(parts), Dtype.COMPLEX64, parts.length / 2);
    }

    @Test void productsOfAnyLength() {
        assertArrayEquals(new float[] {1, 0}, prod(complex()).toFloatArray());
        assertArrayEquals(new float[] {3, -4}, prod(complex(3, -4)).toFloatArray());
        assertArrayEquals(new float[] {-85, 20}, prod(complex(1, 2, 3, 4, 5, 6)).toFloatArray());
        var square = stack(java.util.List.of(complex(1, 1, 2, 0), complex(0, 1, 3, -1)), 0);
        assertArrayEquals(new float[] {-1, 1, 6, -2}, prod(square, 0).toFloatArray());
        assertArrayEquals(new float[] {-4, 8}, prod(square).toFloatArray());
    }

    @Test void orderIsByRealPartThenImaginary() {
        var x = complex(1, 5, 2, -1, 2, 3, -4, 0, -4, -2);
        assertArrayEquals(new float[] {2, 3}, max(x).toFloatArray());
        assertArrayEquals(new float[] {-4, -2}, min(x).toFloatArray());
        assertEquals(2, argmax(x).itemLong());
        assertEquals(4, argmin(x).itemLong());
        var nan = complex(1, 0, 2, Float.NaN, 3, 0);
        assertEquals(1, argmax(nan).itemLong());
        assertEquals(Float.NaN, max(nan).toFloatArray()[1]);
        assertEquals(Float.NaN, min(nan).toFloatArray()[1]);
    }

    @Test void inverseFunctionsInvert() {
        var z = complex(0.3f, 0.4f, -0.7f, 0.2f, 1.5f, -0.5f, -2f, -1f, 0.1f, 3f);
        inverts(Lazuli::arcsinh, Lazuli::sinh, z);
        inverts(Lazuli::arccosh, Lazuli::cosh, z);
        inverts(Lazuli::arctanh, Lazuli::tanh, z);
    }

    private static void inverts(UnaryOperator<Array> inverse, UnaryOperator<Array> f, Array z) {
        assertArrayEquals(z.toFloatArray(), f.apply(inverse.apply(z)).toFloatArray(), 1e-5f);
        var one = onesLike(z); // f'(g(z)) · g'(z) = 1
        var there = jvp((Array x) -> f.apply(inverse.apply(x)), z, one).tangent();
        assertArrayEquals(one.toFloatArray(), there.toFloatArray(), 1e-4f);
    }

    @Test void updatesThroughArraysAndOtherIndices() {
        var x = zeros(2, 3, 4);
        var rows = array(2, 0);
        var y = x.at(all(), of(rows), range(1, 3)).set(array(new float[] {1, 2, 3, 4}, 2, 2));
        assertArrayEquals(new float[] {0, 3, 4, 0, 0, 0, 0, 0, 0, 1, 2, 0}, y.get(1).toFloatArray());
        var z = x.at(at(1), of(array(0, 0, 2))).add(1);
        assertArrayEquals(new float[] {2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 1}, z.get(1).toFloatArray());
        assertEquals(0, sum(z.get(0)).item());
        assertEquals("(2, 3)", x.get(at(1), all(), of(rows)).shape().toString());
    }

    @Test void updatesOfOnePlaceComeTogether() {
        var x = complex(1, 2, 3, 4, 5, 6);
        var places = of(array(-1, 0, 2, 2));
        var values = complex(0, 1, 2, -1, 1, 1, 5, 9);
        // (5 + 6i) · i · (1 + i) · (5 + 9i)
        assertArrayEquals(new float[] {4, 3, 3, 4, -46, -104}, x.at(places).mul(values).toFloatArray(), 1e-4f);
        assertArrayEquals(new float[] {1, 2, 3, 4, 0, 1}, x.at(places).min(values).toFloatArray());
        assertArrayEquals(new float[] {2, -1, 3, 4, 5, 9}, x.at(places).max(values).toFloatArray());
        assertArrayEquals(x.toFloatArray(), x.at(of(zeros(Dtype.INT32, 0))).mul(complex()).toFloatArray());
        var ct = complex(1, 0, 0, 1, 2, -1);
        var slopes = vjp((Array v) -> x.at(places).mul(v), values, ct).gradient();
        for (int i = 0; i < 4; i++) {
            var one = zerosLike(values).at(at(i)).set(complex(1, 0).get(0));
            var moved = jvp((Array v) -> x.at(places).mul(v), values, one).tangent();
            var dot = sum(moved.mul(conjugate(ct))); // the slope in the real part
            assertEquals(real(dot).item(), real(slopes.get(i)).item(), 1e-3);
            assertEquals(-imag(dot).item(), imag(slopes.get(i)).item(), 1e-3);
        }
    }

    @Test void messagesShowTheShapesThatWereGiven() {
        var e = assertThrows(IllegalArgumentException.class, () -> matmul(zeros(3), zeros(4, 5)));
        assertEquals("matmul: inner dimensions differ: (3,) · (4, 5)", e.getMessage());
    }
}
