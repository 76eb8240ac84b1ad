package dev.lazuli.cpu;

import dev.lazuli.Jvm;
import java.io.IOException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.*;

class ProviderTest {
    private static final String NO_MODULE = "add --add-modules jdk.incubator.vector to the java command";
    private static final String NO_C2 = "remove -Xint or -XX:TieredStopAtLevel from the java command";

    @Test void theVectorProviderServesWhereItsModuleIs() {
        assertEquals(Jvm.hasVectors() ? 2 : 1, Provider.all().size());
        if (System.getProperty("lazuli.provider") == null)
            assertEquals(Jvm.hasVectors() && Jvm.hasC2() ? "vector" : "scalar", Provider.chosen().name());
    }

    @Test void whyKernelsAreScalarIsLoggedOnce() throws IOException {
        assertReason("vector", "", true);
        assertReason("scalar", NO_MODULE, false);
        assertReason("scalar", NO_C2, true, "-XX:TieredStopAtLevel=1");
        assertReason("scalar", NO_C2, true, "-Xint");
        assertReason("scalar", NO_MODULE, false, "-XX:TieredStopAtLevel=1");
    }

    private static void assertReason(String provider, String reason, boolean vectors, String... flags)
            throws IOException {
        var out = Jvm.run(ProviderTest.class, vectors, flags);
        assertTrue(out.endsWith(provider + System.lineSeparator()), out);
        assertEquals(reason.equals(NO_MODULE) ? 1 : 0, out.split(NO_MODULE, -1).length - 1, out);
        assertEquals(reason.equals(NO_C2) ? 1 : 0, out.split(NO_C2, -1).length - 1, out);
    }

    /// Prints which provider a JVM chooses, and what is logged then.
    public static void main(String[] args) {
        Provider.chosen();
        System.out.println(Provider.chosen().name());
    }

    @Test void lanesAreAPowerOfTwo() {
        for (var provider : Provider.all()) assertEquals(1, Integer.bitCount(provider.lanes()), provider.name());
    }
}
