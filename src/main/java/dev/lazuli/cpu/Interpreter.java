package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Constant;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;

/// Runs a program element by element, without a class of its own: nothing to generate, and hot from the second program
/// on. It serves cold and tiny work, and says what the generated code must give.
final class Interpreter implements Loop {
    private interface Step {
        /// @param seen results of earlier steps
        /// @param at   addresses of the operands' elements
        long value(long[] seen, long[] at);
    }

    private final Step[] steps;
    private final Dtype dtype;

    Interpreter(Program program) {
        dtype = program.dtype();
        steps = new Step[program.steps().size()];
        for (int i = 0; i < steps.length; i++)
            steps[i] = switch (program.steps().get(i)) {
                case Load(int input, Dtype type) -> (seen, at) -> Value.load(type, at[input]);
                case Constant(double x, Dtype type) -> {
                    long value = Value.constant(type, x);
                    yield (seen, at) -> value;
                }
                case Apply apply -> step(program, apply);
            };
    }

    private static Step step(Program program, Apply apply) {
        var args = apply.args();
        int a = args.getFirst();
        int b = args.size() > 1 ? args.get(1) : -1;
        var op = apply.op();
        var to = apply.dtype();
        var from = program.steps().get(args.getLast()).dtype();
        if (op == Scalar.CAST) return (seen, at) -> Value.cast(from, to, seen[a]);
        if (op == Scalar.SELECT) {
            int c = args.get(2);
            return (seen, at) -> seen[seen[a] != 0 ? b : c];
        }
        return b < 0
            ? (seen, at) -> Value.apply(op, from, to, seen[a], 0)
            : (seen, at) -> Value.apply(op, from, to, seen[a], seen[b]);
    }

    @Override public void run(long[] base, long[] stride, int n) {
        var seen = new long[steps.length];
        var at = base.clone();
        int out = at.length - 1;
        for (int i = 0; i < n; i++) {
            Value.store(dtype, at[out], value(seen, at));
            for (int k = 0; k <= out; k++) at[k] += stride[k];
        }
    }

    private long value(long[] seen, long[] at) {
        for (int s = 0; s < steps.length; s++) seen[s] = steps[s].value(seen, at);
        return seen[steps.length - 1];
    }

    /// The run that folds this program's values instead of storing them.
    Fold fold(Scalar op) {
        long identity = Value.identity(op, dtype);
        return (base, stride, n) -> {
            var seen = new long[steps.length];
            var at = base.clone();
            long sum = identity;
            for (int i = 0; i < n; i++) {
                sum = Value.apply(op, dtype, dtype, sum, value(seen, at));
                for (int k = 0; k < at.length; k++) at[k] += stride[k];
            }
            return sum;
        };
    }
}
