package dev.lazuli.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Memory from the system: one allocation that goes back as a whole.
///
/// On Linux large ones are mapped, aligned to 2 MB, and advised to huge pages before anything touches them: a
/// matrix-vector product from memory gained a third. An arena would fill them with zeros first, in small pages.
sealed interface Chunk {
    long HUGE = 2 << 20;

    long address();

    void close();

    static Chunk of(long size) {
        if (size < 2 * HUGE || !Pages.AVAILABLE) {
            var arena = Arena.ofShared();
            return new Allocated(arena.allocate(size, 64).address(), arena);
        }
        long room = size + HUGE;
        long start = Pages.map(room);
        long address = (start + HUGE - 1) / HUGE * HUGE;
        Pages.advise(address, size);
        return new Mapped(address, start, room);
    }

    record Allocated(long address, Arena arena) implements Chunk {
        @Override public void close() { arena.close(); }
    }

    record Mapped(long address, long start, long room) implements Chunk {
        @Override public void close() { Pages.unmap(start, room); }
    }

    /// Linked when the first large chunk is made: small programs start without a native call.
    final class Pages {
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final int READ_WRITE = 3;
        private static final int PRIVATE_ANONYMOUS = 0x22;
        private static final int MADV_HUGEPAGE = 14;
        private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
        private static final @Nullable MethodHandle MMAP = link("mmap",
            FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
        private static final @Nullable MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(INT, LONG, LONG));
        private static final @Nullable MethodHandle MADVISE = link("madvise",
            FunctionDescriptor.of(INT, LONG, LONG, INT));
        static final boolean AVAILABLE = MMAP != null && MUNMAP != null && MADVISE != null;

        private Pages() {}

        private static @Nullable MethodHandle link(String name, FunctionDescriptor type) {
            if (!LINUX) return null;
            var linker = Linker.nativeLinker();
            return linker.defaultLookup().find(name).map(f -> linker.downcallHandle(f, type)).orElse(null);
        }

        static long map(long size) {
            try {
                long address = (long) MMAP.invokeExact(0L, size, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
                if (address == -1) throw new OutOfMemoryError("mmap: the system has no " + size + " bytes");
                return address;
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }

        static void advise(long address, long size) {
            try {
                int refused = (int) MADVISE.invokeExact(address, size, MADV_HUGEPAGE); // small pages serve as well
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }

        static void unmap(long address, long size) {
            try {
                int failed = (int) MUNMAP.invokeExact(address, size);
                if (failed != 0) throw new AssertionError("munmap refused " + size + " bytes");
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }

        private static RuntimeException unchecked(Throwable e) {
            if (e instanceof Error error) throw error;
            throw new IllegalStateException(e);
        }
    }
}
