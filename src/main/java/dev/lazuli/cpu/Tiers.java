package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import org.jspecify.annotations.Nullable;

/// Decides what runs a program: the interpreter, a class of plain Java, or a class of vector instructions.
///
/// A class costs a millisecond to make, and vector code runs a hundred times slower until C2 has compiled it. So the
/// choice goes by the elements the program has worked on so far, those at hand included: it is the same in every run
/// of an application. Vectors take unbroken runs only.
final class Tiers<T> {
    enum Tier { INTERPRETER, SCALAR, VECTOR }

    /// A few milliseconds of interpretation.
    private static final long COLD = 1 << 14;
    /// Work that plain Java does in the time in which C2 compiles a vector loop.
    private static final long COOL = 1 << 19;
    /// Runs that fill a few vectors.
    private static final int SHORT = 32;

    interface Maker<T> { @Nullable T make(Program program, long[] stride); }

    private final Program program;
    private final @Nullable Tier fixed;
    private final T interpreter;
    private final Maker<T> scalarMaker;
    private final Maker<T> vectorMaker;
    private final java.util.Map<Long, T> vectors = new java.util.concurrent.ConcurrentHashMap<>();
    private volatile @Nullable T scalar;
    private volatile boolean noVectors;
    private long work;

    private Tiers(Program program, @Nullable Tier fixed, T interpreter, Maker<T> scalarMaker, Maker<T> vectorMaker) {
        this.program = program;
        this.fixed = fixed;
        this.interpreter = interpreter;
        this.scalarMaker = scalarMaker;
        this.vectorMaker = vectorMaker;
    }

    /// @param fixed the only tier to use, as far as it can serve; null for the policy
    static Tiers<Loop> loops(Program program, @Nullable Tier fixed) {
        return new Tiers<>(program, fixed, new Interpreter(program), (p, stride) -> ScalarEmitter.loop(p),
            VectorLoop::of);
    }

    static Tiers<Fold> folds(Program program, Program wide, Scalar fold, @Nullable Tier fixed) {
        return new Tiers<>(program, fixed, new Interpreter(wide).fold(fold), (p, stride) -> ScalarEmitter.fold(wide, fold),
            (p, stride) -> VectorFold.of(p, wide, fold, stride));
    }

    /// @param stride bytes along the run
    /// @param run    length of a run
    /// @param total  elements of all runs of this call
    T choose(long[] stride, long run, long total) {
        long done = work += total; // races lose counts, which does no harm
        var tier = fixed != null ? fixed
            : done < COLD ? Tier.INTERPRETER
            : done < COOL || run < SHORT || Provider.chosen().lanes() == 1 ? Tier.SCALAR : Tier.VECTOR;
        if (tier == Tier.INTERPRETER) return interpreter;
        if (tier == Tier.VECTOR && !noVectors) {
            var loop = vector(stride);
            if (loop != null) return loop;
        }
        var made = scalar;
        if (made == null) scalar = made = scalarMaker.make(program, stride);
        return made;
    }

    /// One class for each set of operands that are a single number.
    private @Nullable T vector(long[] stride) {
        if (stride.length > 63) return null;
        long single = 0;
        for (int k = 0; k < program.inputs(); k++) {
            var dtype = program.input(k);
            if (dtype == null || stride[k] == 0) single |= 1L << k;
            else if (stride[k] != dtype.bytes()) return null;
        }
        if (stride.length > program.inputs() && stride[program.inputs()] != program.dtype().bytes()) return null;
        var known = vectors.get(single);
        if (known != null) return known;
        var made = vectorMaker.make(program, stride);
        if (made == null) noVectors = true;
        else vectors.put(single, made);
        return made;
    }
}
