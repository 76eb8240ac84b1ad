package dev.lazuli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.lazuli.blas.Installed;
import dev.lazuli.blas.Library;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Linear algebra by the system's library passes all tests that our own passes, in a JVM that was told to use it.
class LapackTest {

    @Test void theLibraryPassesTheTestsOfLinearAlgebra() throws IOException {
        var library = Installed.library();
        var out = Jvm.run(LapackTest.class, Jvm.hasVectors(), "-Xmx2g", "-Dlazuli.blas=" + Installed.NAME,
            "-Dlazuli.blas.products=true");
        assertTrue(out.contains(" passed, 0 failed with " + library + ", products too"), out);
    }

    /// What cannot be used, three times.
    static class Refused {
        public static void main(String[] args) {
            var x = Lazuli.ones(40, 40);
            for (var y : List.of(Linalg.svd(x).s(), Linalg.qr(x).q(), x.matmul(x)))
                System.out.println(assertThrows(IllegalStateException.class, () -> Lazuli.eval(y)).getMessage());
        }
    }

    @Test void whatCannotBeUsedIsRefusedEachTime() throws IOException {
        var jdk = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("java")).toString();
        for (var name : List.of("libnone.so", jdk)) {
            var out = Jvm.run(Refused.class, Jvm.hasVectors(), "-Dlazuli.blas=" + name, "-Dlazuli.blas.products=true");
            assertEquals(3, out.lines().filter(line -> line.startsWith("lazuli.blas")).count(), out);
        }
    }

    public static void main(String[] args) {
        var tests = LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(LinalgTest.class), selectMethod("dev.lazuli.golden.GoldenTest#linalg")).build();
        var results = new SummaryGeneratingListener();
        LauncherFactory.create().execute(tests, results);
        var summary = results.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true), 5);
        if (summary.getTestsSucceededCount() < 500) throw new AssertionError("tests were not found");
        System.out.println(summary.getTestsSucceededCount() + " passed, " + summary.getTotalFailureCount()
            + " failed with " + Library.describe());
    }
}
