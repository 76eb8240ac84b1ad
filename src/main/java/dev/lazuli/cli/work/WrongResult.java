package dev.lazuli.cli.work;

import java.util.Locale;

/// A kernel gave a result that plain Java contradicts: its speed means nothing.
public final class WrongResult extends RuntimeException {
    private static final long serialVersionUID = 1;

    private WrongResult(String message) { super(message); }

    /// Accepts a value at most `tolerance` away from what was expected; NaN is far from everything.
    static void unless(double got, double expected, double tolerance, String what) {
        if (Math.abs(got - expected) <= tolerance) return;
        throw new WrongResult(String.format(Locale.ROOT, "%s is wrong: expected %.9g ± %.2g, got %.9g", what, expected,
            tolerance, got));
    }

    /// The same, and in which row.
    public WrongResult in(String row) { return new WrongResult(row + ": " + getMessage()); }

    static void unless(boolean right, String what) {
        if (!right) throw new WrongResult(what);
    }
}
