package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static dev.lazuli.Lazuli.exp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// `exp` in single precision is a formula of its own where vectors compute it: against `Math.exp`.
class ExponentialTest {
    private static final int N = 1 << 17;
    /// Interpreted, then plain code, then vectors: after so many calls of this size vectors do all of the work.
    private static final int CALLS = 70;

    @Test void singlePrecisionIsTwoUnitsInTheLastPlaceAwayInEveryTier() {
        float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0f, 1e-40f, -1e-40f, 88.72f,
            88.73f, 89, 1000, Float.MAX_VALUE, -87.4f, -103.9f, -104, -1000, -Float.MAX_VALUE};
        var x = new float[N];
        for (int i = 0; i < N; i++) x[i] = i % 3 == 0 ? -105 + 195f * i / (N - 1) : -1 + 2f * i / (N - 1);
        System.arraycopy(special, 0, x, 0, special.length);
        for (int call = 0; call < CALLS; call++) {
            float[] got = exp(array(x)).toFloatArray();
            for (int i = 0; i < (call % 10 == 9 ? N : special.length); i++) {
                float want = (float) Math.exp(x[i]);
                if (Float.isFinite(want)) assertEquals(want, got[i], 2 * Math.ulp(want), "exp(" + x[i] + ")");
                else assertEquals(want, got[i], "exp(" + x[i] + ")");
            }
        }
    }
}
