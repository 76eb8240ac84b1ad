package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static dev.lazuli.Lazuli.erf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.type.Dtype;
import org.junit.jupiter.api.Test;

/// `erf` in single precision is a formula of its own: against that in double precision.
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
}
