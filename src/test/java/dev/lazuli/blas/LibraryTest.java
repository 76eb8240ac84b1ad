package dev.lazuli.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.Jvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which library is used depends on the system and on what the user asks, not on what happens to be installed.
class LibraryTest {

    @Test void nobodyAskedForOne() {
        assertNull(Library.choose("", false));
        assertNull(Library.choose("off", false));
        assertNull(Library.choose("off", true));
    }

    @Test void whatIsNamedAndAbsentIsRefused() {
        var e = assertThrows(IllegalStateException.class, () -> Library.choose("libnone.so", false));
        assertEquals("lazuli.blas=libnone.so: cannot open libnone.so: expected off, accelerate, openblas or a shared "
            + "library", e.getMessage());
    }

    @Test void aLibraryWithoutTheRoutinesIsRefused() {
        var name = System.mapLibraryName("java");
        var jdk = Path.of(System.getProperty("java.home"), "lib", name).toString();
        var e = assertThrows(IllegalStateException.class, () -> new Lapack(Library.choose(jdk, false)));
        assertEquals("lazuli.blas: " + jdk + " lacks dgesdd_", e.getMessage());
    }

    @Test void productsAreAskedForByALibrarysUser() {
        assertFalse(Library.multiplies("", null));
        assertFalse(Library.multiplies("false", null));
        var e = assertThrows(IllegalStateException.class, () -> Library.multiplies("true", null));
        assertEquals("lazuli.blas.products=true: no library is chosen; -Dlazuli.blas=openblas, or the file of one",
            e.getMessage());
        e = assertThrows(IllegalStateException.class, () -> Library.multiplies("yes", null));
        assertEquals("lazuli.blas.products=yes: expected true or false", e.getMessage());
    }

    @Test void theReasonIsSeen() throws IOException {
        boolean mac = Installed.NAME.equals("accelerate");
        said(mac ? "Accelerate, products too"
            : "none; -Dlazuli.blas=openblas would use the system's for svd, eigh, eig and qr");
        said("none, as -Dlazuli.blas=off asks", "-Dlazuli.blas=off");
        var library = Installed.library();
        said(library + (mac ? ", products too" : ""), "-Dlazuli.blas=" + Installed.NAME);
        said(library + ", products too", "-Dlazuli.blas=" + Installed.NAME, "-Dlazuli.blas.products=true");
        said(library.toString(), "-Dlazuli.blas=" + Installed.NAME, "-Dlazuli.blas.products=false");
    }

    private static void said(String reason, String... flags) throws IOException {
        var out = Jvm.run(LibraryTest.class, false, flags);
        assertTrue(out.strip().endsWith(reason), () -> List.of(flags) + ": " + out);
    }

    public static void main(String[] args) { System.out.println(Library.describe()); }
}
