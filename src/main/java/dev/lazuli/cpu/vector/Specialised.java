package dev.lazuli.cpu.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Copies of a kernel's class, one for each format, in which what is read off the format is constant: C2 drops bounds
/// checks only where it knows the size of a block, and branches on the format altogether.
final class Specialised {
    private Specialised() {}

    /// An instance of a copy of a class that is itself never initialised: of the kernel, not of the template.
    static <K> K of(Class<K> kernel, Class<? extends K> template, Object format) {
        try (var file = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            if (file == null) throw new IllegalStateException("no class file of " + template);
            var copy = MethodHandles.lookup().defineHiddenClassWithClassData(file.readAllBytes(), format, true);
            return kernel.cast(copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// The format that a copy is for; called by its static initialiser.
    static <F> F format(MethodHandles.Lookup copy, Class<F> type) {
        try {
            return MethodHandles.classData(copy, "_", type);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
