package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static dev.lazuli.Lazuli.erf;
import static dev.lazuli.Lazuli.erfinv;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.type.Dtype;
import org.junit.jupiter.api.Test;

/// `erf` and its inverse in single precision are formulas of their own: against those in double precision.
class ErrorFunctionTest {
    private static final int N = 100_001;

    @Test void singlePrecisionIsSixUnitsInTheLastPlaceAway() {
        var x = new float[N];
        for (int i = 0; i < N; i++)
            x[i] = i % 2 == 0 ? -5 + 10f * i / (N - 1) : (float) Math.scalb(1.0 + (double) i / N, -i % 140);
        float[] got = erf(array(x)).toFloatArray();
        double[] want = erf(array(x).to(Dtype.FLOAT64)).toDoubleArray();
        for (int i = 0; i < N; i++) assertEquals(want[i], got[i], 6 * Math.ulp((float) want[i]), "erf(" + x[i] + ")");
    }

    @Test void extremes() {
        assertArrayEquals(new float[] {1, -1, 1, -1, Float.NaN, 0, -0f}, erf(array(Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY, 1e30f, -1e30f, Float.NaN, 0, -0f)).toFloatArray());
    }

    @Test void theInverseIsSixUnitsInTheLastPlaceAway() {
        var x = new float[N];
        for (int i = 0; i < N; i++)
            x[i] = switch (i % 3) {
                case 0 -> -1 + 2f * i / N;
                case 1 -> (float) (1 - Math.scalb(1.0 + (double) i / N, -2 - i % 23));
                default -> (float) -Math.scalb(1.0 + (double) i / N, -2 - i % 140);
            };
        x[0] = Math.nextDown(1f);
        float[] got = erfinv(array(x)).toFloatArray();
        double[] want = erfinv(array(x).to(Dtype.FLOAT64)).toDoubleArray();
        for (int i = 0; i < N; i++)
            assertEquals(want[i], got[i], 6 * Math.ulp((float) want[i]), "erfinv(" + x[i] + ")");
    }

    @Test void extremesOfTheInverse() {
        float inf = Float.POSITIVE_INFINITY;
        assertArrayEquals(new float[] {inf, -inf, 0, -0f, Float.NaN, Float.NaN, Float.NaN, Float.NaN},
            erfinv(array(1, -1, 0, -0f, 1.5f, -2, inf, Float.NaN)).toFloatArray());
    }
}
