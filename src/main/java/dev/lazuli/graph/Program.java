package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a fused kernel computes for one element: steps in the order they run, the last one its result.
///
/// A program is a value: two with equal steps are one kernel. It knows real types only; complex numbers have become
/// pairs before. It holds no sizes and no run-time constants, which are inputs like any other.
///
/// ```
/// Program = Step+
/// Step    = Load(input, dtype)            an element of an input, as stored
///         | Constant(value, dtype)        a number that belongs to the meaning of an operation
///         | Apply(op, dtype, args)        a row of Scalar on earlier steps
/// ```
///
/// @param inputs how many inputs the loads name
public record Program(int inputs, List<Step> steps) {

    public sealed interface Step {
        Dtype dtype();
    }

    public record Load(int input, Dtype dtype) implements Step {}

    public record Constant(double value, Dtype dtype) implements Step {}

    /// @param args positions of earlier steps
    public record Apply(Scalar op, Dtype dtype, List<Integer> args) implements Step {}

    public Program { steps = List.copyOf(steps); }

    public Dtype dtype() { return steps.getLast().dtype(); }

    /// The storage type of an input; null if no step reads it.
    public Dtype input(int index) {
        for (var step : steps) if (step instanceof Load load && load.input() == index) return load.dtype();
        return null;
    }

    /// One name an instruction: `t2 = add float32 t0 t1`.
    @Override public String toString() {
        var text = new StringBuilder();
        for (int i = 0; i < steps.size(); i++)
            text.append("t").append(i).append(" = ").append(switch (steps.get(i)) {
                case Load load -> "in" + load.input() + " " + load.dtype();
                case Constant c -> c.value() + " " + c.dtype();
                case Apply a -> a.op().label() + " " + a.dtype()
                    + String.join("", a.args().stream().map(arg -> " t" + arg).toList());
            }).append('\n');
        return text.toString();
    }

    /// Writes a program; equal steps are written once, and rows that are defined by others become those.
    public static final class Builder {
        private final List<Step> steps = new ArrayList<>();
        private final Map<Step, Expr> known = new HashMap<>();
        private int inputs;

        /// The element of a new input.
        public Expr load(Dtype dtype) { return write(new Load(inputs++, dtype)); }

        public Expr constant(double value, Dtype dtype) { return write(new Constant(value, dtype)); }

        public Expr apply(Scalar op, Dtype dtype, List<Expr> args) {
            var defined = op.define(args);
            return defined != null ? defined : write(new Apply(op, dtype, args.stream().map(Expr::step).toList()));
        }

        public int size() { return steps.size(); }

        /// The program whose result is `result`, without the steps it does not need.
        public Program build(Expr result) {
            var needed = new boolean[steps.size()];
            needed[result.step()] = true;
            for (int i = result.step(); i >= 0; i--)
                if (needed[i] && steps.get(i) instanceof Apply apply) apply.args().forEach(a -> needed[a] = true);
            var place = new int[steps.size()];
            var kept = new ArrayList<Step>();
            for (int i = 0; i <= result.step(); i++) {
                if (!needed[i]) continue;
                place[i] = kept.size();
                kept.add(steps.get(i) instanceof Apply(var op, var dtype, var args)
                    ? new Apply(op, dtype, args.stream().map(a -> place[a]).toList()) : steps.get(i));
            }
            return new Program(inputs, kept);
        }

        private Expr write(Step step) {
            var expr = known.get(step);
            if (expr == null) {
                expr = new Expr(this, steps.size(), step.dtype());
                steps.add(step);
                known.put(step, expr);
            }
            return expr;
        }
    }
}
