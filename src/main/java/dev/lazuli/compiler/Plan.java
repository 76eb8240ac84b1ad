package dev.lazuli.compiler;

import dev.lazuli.backend.Kernel;
import dev.lazuli.graph.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How to compute a captured graph: steps in order, naming entries by number. It holds no sizes, so graphs of equal
/// structure share it.
///
/// @param uses how many steps read an entry, plus one if it is a result
record Plan(List<Step> steps, int[] uses) {

    sealed interface Step {
        int out();
    }

    /// A constant is written down.
    record Constant(int out) implements Step {}

    /// A view is a new layout.
    record Show(int in, int out) implements Step {}

    /// A hand-written kernel runs.
    record Call(List<Integer> inputs, List<Integer> reads, int out) implements Step {}

    /// A fused kernel runs; a complex result takes one for each part.
    record Fused(Kernel kernel, @Nullable Kernel imaginary, Program program, List<Argument> inputs, List<Integer> reads,
                 int out) implements Step {}

    /// An input of a fused kernel: an entry behind views, innermost first; a part of it if it is complex.
    record Argument(int entry, List<Integer> views, int part) {
        static final int WHOLE = -1;
        static final int REAL = 0;
        static final int IMAGINARY = 1;
    }
}
