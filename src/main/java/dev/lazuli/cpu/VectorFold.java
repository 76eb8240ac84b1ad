package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A vector class that folds, with a plain one for the last elements.
final class VectorFold {
    private VectorFold() {}

    /// @param wide the program with its values in the type that floats are folded in
    static @Nullable Fold of(Program program, Program wide, Scalar fold, long[] stride) {
        if (!Vectors.canFold(program, fold)) return null;
        var body = VectorEmitter.fold(program, fold, VectorLoop.single(program, stride));
        var rest = ScalarEmitter.fold(wide, fold);
        int lanes = Vectors.lanes(program);
        var dtype = wide.dtype();
        return (base, step, n) -> {
            int tail = n % lanes;
            if (tail == 0) return body.run(base, step, n);
            var at = Arrays.copyOf(base, base.length);
            for (int k = 0; k < at.length; k++) at[k] += step[k] * (n - tail);
            long last = rest.run(at, step, tail);
            return n == tail ? last : Value.apply(fold, dtype, dtype, body.run(base, step, n - tail), last);
        };
    }
}
