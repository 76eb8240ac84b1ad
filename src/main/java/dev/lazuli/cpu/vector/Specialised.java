package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.type.BlockFormat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Copies of a kernel's class, one for each format, in which what is read off the format is constant: C2 drops bounds
/// checks only where it knows the size of a block, and branches on the format altogether.
final class Specialised {
    private Specialised() {}

    /// An instance of a copy of a class that was itself never initialised.
    static BlockKernel of(Class<? extends BlockKernel> template, BlockFormat format) {
        try (var file = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            if (file == null) throw new IllegalStateException("no class file of " + template);
            var copy = MethodHandles.lookup().defineHiddenClassWithClassData(file.readAllBytes(), format, true);
            return (BlockKernel) copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// The format that a copy is for; called by its static initialiser.
    static BlockFormat format(MethodHandles.Lookup copy) {
        try {
            return MethodHandles.classData(copy, "_", BlockFormat.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
