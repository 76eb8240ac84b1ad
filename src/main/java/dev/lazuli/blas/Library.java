package dev.lazuli.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shared library with the routines of BLAS and LAPACK under their plain names, whose numbers have 32 bits.
public final class Library {
    private static final List<String> ACCELERATE =
        List.of("/System/Library/Frameworks/Accelerate.framework/Accelerate");
    private static final List<String> OPENBLAS = List.of("libopenblas.so.0", "libopenblas.so",
        "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib");

    private final String name;
    private final SymbolLookup symbols;
    private final @Nullable MethodHandle setThreads;

    private Library(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
        setThreads = symbols.find("openblas_set_num_threads")
            .map(f -> Linker.nativeLinker().downcallHandle(f, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)))
            .orElse(null);
        threads(1);
    }

    private static final Once<Library> CHOSEN = new Once<>(() -> choose(wish(), isMac()));

    /// The library this process uses, or null: property `lazuli.blas` (`off`, `accelerate`, `openblas` or a file), else
    /// Accelerate on macOS, and none elsewhere, for results are not to depend on what happens to be installed.
    ///
    /// @throws IllegalStateException each time, if what is named cannot be opened
    public static @Nullable Library chosen() { return CHOSEN.get(); }

    /// Whether products are to be computed by the library: property `lazuli.blas.products`, else on macOS only, where
    /// Accelerate has units for them that Java does not reach.
    ///
    /// @throws IllegalStateException if they are, and there is no library, or if the property is neither true nor false
    public static boolean multiplies() { return multiplies(System.getProperty("lazuli.blas.products", ""), chosen()); }

    static boolean multiplies(String wish, @Nullable Library library) {
        return switch (wish) {
            case "" -> isMac() && library != null;
            case "false" -> false;
            case "true" -> {
                if (library == null)
                    throw new IllegalStateException("lazuli.blas.products=true: no library is chosen; "
                        + "-Dlazuli.blas=openblas, or the file of one");
                yield true;
            }
            default -> throw new IllegalStateException("lazuli.blas.products=" + wish + ": expected true or false");
        };
    }

    /// What linear algebra is computed by, and what would change that.
    public static String describe() {
        var library = chosen();
        if (library != null) return library + (multiplies() ? ", products too" : "");
        return switch (wish()) {
            case "off" -> "none, as -Dlazuli.blas=off asks";
            case "" -> isMac() ? "none: Accelerate cannot be opened"
                : "none; -Dlazuli.blas=openblas would use the system's for svd, eigh, eig and qr";
            default -> throw new AssertionError("a wish is met or refused");
        };
    }

    static @Nullable Library choose(String wish, boolean mac) {
        var log = System.getLogger("dev.lazuli.blas");
        var library = switch (wish) {
            case "off" -> null;
            case "" -> mac ? open(ACCELERATE) : null;
            case "accelerate" -> wanted(wish, ACCELERATE, "it is a part of macOS");
            case "openblas" -> wanted(wish, OPENBLAS, "apt-get install libopenblas0, or brew install openblas");
            default -> wanted(wish, List.of(wish), "expected off, accelerate, openblas or a shared library");
        };
        if (library != null) log.log(System.Logger.Level.DEBUG, "linear algebra by " + library);
        else if (mac && wish.isEmpty())
            log.log(System.Logger.Level.INFO, "Accelerate cannot be opened; linear algebra is computed in Java");
        return library;
    }

    private static Library wanted(String wish, List<String> names, String advice) {
        var found = open(names);
        if (found == null)
            throw new IllegalStateException("lazuli.blas=" + wish + ": cannot open " + String.join(", ", names) + ": "
                + advice);
        return found;
    }

    /// The first of some libraries that is there, null if none is.
    public static @Nullable Library open(List<String> names) {
        for (var name : names)
            try {
                return new Library(name, SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                // this one is not there
            }
        return null;
    }

    private static String wish() { return System.getProperty("lazuli.blas", ""); }

    private static boolean isMac() { return System.getProperty("os.name").startsWith("Mac"); }

    /// A routine of so many arguments, of which some are texts.
    Routine routine(String name, int arguments, int texts) {
        return symbols.find(name + "_").map(f -> new Routine(f, arguments, texts))
            .orElseThrow(() -> new IllegalStateException("lazuli.blas: " + this.name + " lacks " + name + "_"));
    }

    /// Whether it computes with as many threads as it is told; others decide for themselves.
    public boolean obeys() { return setThreads != null; }

    /// With how many threads later calls compute, where that can be told.
    public void threads(int count) {
        if (setThreads == null) return;
        try {
            setThreads.invokeExact(count);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override public String toString() { return name; }
}
