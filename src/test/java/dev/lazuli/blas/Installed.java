package dev.lazuli.blas;

import static org.junit.jupiter.api.Assumptions.abort;

/// The BLAS and LAPACK of the machine that runs the tests.
public final class Installed {
    private static final boolean MAC = System.getProperty("os.name").startsWith("Mac");

    /// What property `lazuli.blas` calls it.
    public static final String NAME = MAC ? "accelerate" : "openblas";

    private Installed() {}

    /// The library; without one the test is skipped, with what to install.
    public static Library library() {
        try {
            return Library.choose(NAME, MAC);
        } catch (IllegalStateException e) {
            return abort(e.getMessage());
        }
    }
}
