package dev.lazuli.cpu;

import dev.lazuli.backend.Kernel;
import dev.lazuli.event.KernelMade;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Ints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Kernels of fused elementwise programs, and of reductions with such a program before them.
///
/// They are kept by what they compute, the most recently used `lazuli.kernels` of them (1024 unless set).
public final class Loops {
    private record Key(Program program, @Nullable Scalar fold, @Nullable Ints axes) {}

    private static final int LIMIT = Integer.getInteger("lazuli.kernels", 1024);

    private static final Map<Key, Kernel> KERNELS = new LinkedHashMap<>(64, 0.75f, true) {
        @Override protected boolean removeEldestEntry(Map.Entry<Key, Kernel> eldest) { return size() > LIMIT; }
    };

    private Loops() {}

    /// The kernel that computes a program for every element of operands of one shape.
    ///
    /// Operands may have any strides; the output may be the memory of an input with elements as wide.
    public static Kernel map(Program program) {
        return cached(new Key(program, null, null), () -> new Mapping(program, null));
    }

    /// The kernel that folds a program's values over `axes`, which count from the end of the inputs' shape.
    ///
    /// Half types and `float32` add and multiply in blocks of at most 2048, which meet in `float64`; integers
    /// wrap; `MIN` and `MAX` pass NaN on.
    /// A fold of nothing is the identity of `fold`.
    ///
    /// @param fold `ADD`, `MUL`, `MIN` or `MAX`
    public static Kernel reduce(Program program, Scalar fold, Ints axes) {
        return cached(new Key(program, fold, axes), () -> new Reduction(program, fold, axes, null));
    }

    private static Kernel made(Key key, Supplier<Kernel> make) {
        var event = new KernelMade();
        event.begin();
        var kernel = make.get();
        if (event.shouldCommit()) {
            event.program = key.program.toString();
            event.commit();
        }
        return kernel;
    }

    private static Kernel cached(Key key, Supplier<Kernel> make) {
        synchronized (KERNELS) {
            var kernel = KERNELS.get(key);
            if (kernel == null) KERNELS.put(key, kernel = made(key, make));
            return kernel;
        }
    }
}
