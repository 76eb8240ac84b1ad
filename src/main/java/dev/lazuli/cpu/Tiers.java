package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides what runs a program: the interpreter, a class of plain Java, or a class of vector instructions.
///
/// A class costs a millisecond to make, and vector code runs a thousand times slower until C2 has compiled it, which
/// takes some thousand calls. So a program begins in the interpreter, then gets a plain class, then a vector class that
/// does half of the work until it has been called often enough, and at last the vector class alone. The
/// choice is made once for a call of the kernel, and by counts, not by the clock: an application repeats its results.
/// Vectors take unbroken runs only.
final class Tiers<T> {
    enum Tier { INTERPRETER, SCALAR, VECTOR }

    /// A vector class.
    ///
    /// @param full    the run in vectors
    /// @param warming the run with half of every block in vectors, the rest in plain Java
    /// @param step    elements of a turn of the vector class's loop
    record Vector<T>(T full, T warming, int step) {
        /// What a block counts towards [#WARM]: three for the call, or one and the turns of the loop.
        long warmth(long block) { return Math.max(3, 1 + block / 2 / step); }
    }

    interface VectorMaker<T> {
        /// @return null if vectors cannot run the program
        @Nullable Vector<T> make(long[] stride, T scalar);
    }

    /// Elements of which a warming run gives half to the vector class.
    static final int BLOCK = 1 << 10;

    /// Elements that are interpreted in a few milliseconds.
    private static final long COLD = 1 << 14;
    private static final long COOL = 1 << 17;
    /// C2 compiles a method after 5000 calls, or 15000 calls and turns of loops; the rest is the time it takes.
    private static final long WARM = 18000;
    /// Runs that fill a few vectors.
    private static final int SHORT = 32;

    private static final class Warmth<T> {
        final Vector<T> vector;
        long work;

        Warmth(Vector<T> vector) { this.vector = vector; }
    }

    private final Program program;
    private final @Nullable Tier fixed;
    private final T interpreter;
    private final Supplier<T> scalarMaker;
    private final VectorMaker<T> vectorMaker;
    private final Map<Long, Warmth<T>> vectors = new ConcurrentHashMap<>();
    private volatile @Nullable T scalar;
    private volatile boolean noVectors;
    private long work;

    private Tiers(Program program, @Nullable Tier fixed, T interpreter, Supplier<T> scalarMaker,
            VectorMaker<T> vectorMaker) {
        this.program = program;
        this.fixed = fixed;
        this.interpreter = interpreter;
        this.scalarMaker = scalarMaker;
        this.vectorMaker = vectorMaker;
        noVectors = Provider.chosen().lanes() == 1;
    }

    /// @param fixed the only tier to use, as far as it can serve; null for the policy
    static Tiers<Loop> loops(Program program, @Nullable Tier fixed) {
        return new Tiers<>(program, fixed, new Interpreter(program), () -> ScalarEmitter.loop(program),
            (stride, scalar) -> VectorLoop.of(program, stride, scalar));
    }

    /// @param wide the program with its values in the type they are folded in
    static Tiers<Fold> folds(Program program, Program wide, Scalar fold, @Nullable Tier fixed) {
        return new Tiers<>(program, fixed, new Interpreter(wide).fold(fold), () -> ScalarEmitter.fold(wide, fold),
            (stride, scalar) -> VectorFold.of(program, wide.dtype(), fold, stride, scalar));
    }

    /// @param stride bytes along the run
    /// @param run    length of a run
    /// @param total  elements of all runs of this call
    T choose(long[] stride, long run, long total) {
        long done = work += total; // races lose counts, which does no harm
        if (fixed == Tier.INTERPRETER || fixed == null && done < COLD) return interpreter;
        boolean vectors = fixed == null ? done >= COOL && run >= SHORT : fixed == Tier.VECTOR;
        var warmth = vectors && !noVectors ? vector(stride) : null;
        if (warmth == null) return scalar();
        if (fixed == null && warmth.work < WARM) {
            long block = Math.min(run, BLOCK);
            warmth.work += total / block * warmth.vector.warmth(block);
            return warmth.vector.warming();
        }
        return warmth.vector.full();
    }

    private T scalar() {
        var made = scalar;
        if (made == null) scalar = made = scalarMaker.get();
        return made;
    }

    /// One class for each set of operands that are a single number.
    private @Nullable Warmth<T> vector(long[] stride) {
        if (program.inputs() >= Long.SIZE) return null;
        long single = 0;
        for (int k = 0; k < program.inputs(); k++) {
            var dtype = program.input(k);
            if (dtype == null || stride[k] == 0) single |= 1L << k;
            else if (stride[k] != dtype.bytes()) return null;
        }
        if (stride.length > program.inputs() && stride[program.inputs()] != program.dtype().bytes()) return null;
        var known = vectors.get(single);
        if (known != null) return known;
        var made = vectorMaker.make(stride, scalar());
        if (made == null) {
            noVectors = true;
            return null;
        }
        var before = vectors.putIfAbsent(single, new Warmth<>(made));
        return before != null ? before : vectors.get(single);
    }
}
