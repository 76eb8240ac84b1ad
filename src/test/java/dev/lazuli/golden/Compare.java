package dev.lazuli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lazuli.Array;
import java.util.List;

/// Whether results are those of the reference: same shape and type, integers equal, floats within a tolerance.
record Compare(double rtol, double atol) {

    void all(String what, List<Array> want, List<Array> got) {
        assertEquals(want.size(), got.size(), what + ": number of arrays");
        for (int i = 0; i < want.size(); i++) one(what + " " + i, want.get(i), got.get(i));
    }

    private void one(String what, Array want, Array got) {
        assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape(), what);
        if (!want.dtype().isInexact()) {
            var expected = want.toLongArray();
            var actual = got.toLongArray();
            for (int i = 0; i < expected.length; i++)
                if (expected[i] != actual[i]) miss(what, i, expected[i] + "", actual[i] + "", want, got);
        } else if (want.dtype().isComplex()) {
            var expected = want.toDoubleArray();
            var actual = got.toDoubleArray();
            for (int i = 0; i < expected.length; i += 2)
                if (!near(expected[i], expected[i + 1], actual[i], actual[i + 1]))
                    miss(what, i / 2, expected[i] + ", " + expected[i + 1], actual[i] + ", " + actual[i + 1], want,
                        got);
        } else {
            var expected = want.toDoubleArray();
            var actual = got.toDoubleArray();
            for (int i = 0; i < expected.length; i++)
                if (!near(expected[i], actual[i])) miss(what, i, expected[i] + "", actual[i] + "", want, got);
        }
    }

    private boolean near(double want, double got) {
        if (Double.isNaN(want)) return Double.isNaN(got);
        if (Double.isInfinite(want)) return want == got;
        return Math.abs(got - want) <= atol + rtol * Math.abs(want);
    }

    private boolean near(double re, double im, double gotRe, double gotIm) {
        if (!Double.isFinite(re) || !Double.isFinite(im)) return near(re, gotRe) && near(im, gotIm);
        return Math.hypot(gotRe - re, gotIm - im) <= atol + rtol * Math.hypot(re, im);
    }

    private void miss(String what, int index, String want, String got, Array all, Array other) {
        fail(what + ": element " + index + ": expected " + want + " ± " + atol + " + " + rtol + "·|x|, got " + got
            + (all.size() <= 64 ? "\nexpected " + all + "\n     got " + other : ""));
    }
}
