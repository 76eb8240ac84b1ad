package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which programs can run in vectors, and of how many lanes.
final class Vectors {
    /// Steps that C2 still takes in one loop; constants stay outside.
    private static final int LONGEST = 64;

    private Vectors() {}

    /// Width of the provider's vectors.
    static int bytes() { return 4 * Provider.chosen().lanes(); }

    /// Lanes of every step: what the widest type computed in leaves room for.
    static int lanes(Program program) {
        int widest = 4;
        for (var step : program.steps()) widest = Math.max(widest, Machine.of(step.dtype()).bytes());
        return bytes() / widest;
    }

    static boolean canMap(Program program) {
        return canCompute(program) && hasShape(program.dtype(), lanes(program));
    }

    static boolean canFold(Program program, Scalar fold) {
        return canCompute(program) && token(fold, program.dtype()) != null;
    }

    private static boolean canCompute(Program program) {
        if (Provider.chosen().lanes() == 1 || length(program) > LONGEST) return false;
        int lanes = lanes(program);
        if (lanes < 2) return false;
        for (var step : program.steps())
            if (step instanceof Load load ? !hasShape(load.dtype(), lanes)
                    : step instanceof Apply apply && !canApply(program, apply)) return false;
        return true;
    }

    private static long length(Program program) {
        return program.steps().stream().filter(step -> !(step instanceof Program.Constant)).count();
    }

    /// The smallest vectors have 64 bits.
    private static boolean hasShape(Dtype stored, int lanes) { return lanes * stored.bytes() >= 8; }

    private static boolean canApply(Program program, Apply apply) {
        var from = program.steps().get(apply.args().getLast()).dtype();
        return switch (apply.op()) {
            case CAST -> canCast(from, apply.dtype());
            case SELECT -> true;
            case SHIFT_LEFT, SHIFT_RIGHT -> !from.isBool();
            case TRUNC, ROUND -> from.isFloat();
            default -> from.isBool() && isMaskOperation(apply.op()) || token(apply.op(), from) != null;
        };
    }

    /// Halves are rounded from single precision only; few processors convert 64-bit integers to floats and back.
    private static boolean canCast(Dtype from, Dtype to) {
        if (to.isBool() || from.isBool()) return true;
        if (to.isFloat() && to.bytes() == 2) return from.isFloat() ? from != Dtype.FLOAT64 : from.bytes() < 4;
        boolean wide = Machine.of(from) == Machine.LONG || Machine.of(to) == Machine.LONG;
        return !wide || !from.isFloat() && !to.isFloat();
    }

    static boolean isMaskOperation(Scalar op) {
        return switch (op) {
            case AND, OR, XOR, NOT -> true;
            default -> false;
        };
    }

    /// The vector operator that is a row on a type: the row's name, or with a U where the sign bit is none.
    static @Nullable String token(Scalar op, Dtype dtype) {
        var lane = Lane.computed(dtype).type();
        boolean signless = dtype == Dtype.UINT32 || dtype == Dtype.UINT64;
        if (signless && Provider.chosen().operator("U" + op.name(), lane) != null) return "U" + op.name();
        boolean fits = !(signless && hasUnsigned(op)) && Provider.chosen().operator(op.name(), lane) != null;
        return fits ? op.name() : null;
    }

    /// Whether the row says what it is on unsigned numbers.
    private static boolean hasUnsigned(Scalar op) {
        return op.getClass() != Scalar.class
            && Arrays.stream(op.getClass().getDeclaredMethods()).anyMatch(m -> m.getName().equals("unsigned"));
    }
}
