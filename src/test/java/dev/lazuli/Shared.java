package dev.lazuli;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/// Finds reference data that lives outside the repository; tests that need it are skipped without it.
public final class Shared {
    private static final Path ROOT = Path.of(System.getProperty("LAZULI_SHARED",
        System.getenv().getOrDefault("LAZULI_SHARED", "../shared")));

    private Shared() {}

    public static Path path(String name) {
        var path = ROOT.resolve(name);
        Assumptions.assumeTrue(Files.exists(path), () ->
            path.toAbsolutePath().normalize() + " is absent: set LAZULI_SHARED to the folder of reference data");
        return path;
    }
}
