package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.memory.Ram;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A vector class with its tail: the last elements, too few for a vector, are computed as one in scratch memory, so
/// that a number's result does not depend on where it stands.
final class VectorLoop implements Loop {
    /// Elements of a call: the next call runs compiled code as soon as there is some.
    private static final int BLOCK = 1 << 12;
    /// A method is compiled once it has been called often, so the first calls are short.
    private static final int COLD_BLOCK = 1 << 8;
    private static final int COLD_CALLS = 1 << 11;

    private final Loop body;
    private final int lanes;
    private final int[] bytes;
    private int calls;

    private VectorLoop(Loop body, int lanes, int[] bytes) {
        this.body = body;
        this.lanes = lanes;
        this.bytes = bytes;
    }

    /// The loop of a program whose operands are contiguous, or one number where the stride is 0; null if vectors cannot
    /// compute it.
    static @Nullable Loop of(Program program, long[] stride) {
        if (!Vectors.canMap(program)) return null;
        var bytes = Mapping.bytes(Mapping.inputs(program), program.dtype());
        return new VectorLoop(VectorEmitter.loop(program, single(program, stride)), Vectors.lanes(program), bytes);
    }

    /// One bit for each input that is the same number everywhere.
    static long single(Program program, long[] stride) {
        long single = 0;
        for (int k = 0; k < program.inputs(); k++) if (stride[k] == 0) single |= 1L << k;
        return single;
    }

    @Override public void run(long[] base, long[] stride, int n) {
        int whole = n - n % lanes;
        int block = calls < COLD_CALLS ? COLD_BLOCK : BLOCK;
        if (whole <= block) {
            if (whole > 0) body.run(base, stride, whole);
        } else {
            var at = base.clone();
            for (int done = 0; done < whole; done += block) {
                body.run(at, stride, Math.min(block, whole - done));
                for (int k = 0; k < at.length; k++) at[k] += stride[k] * block;
            }
            if (block == COLD_BLOCK) calls += whole / block; // races lose counts, which does no harm
        }
        if (whole < n) tail(base, stride, whole, n - whole);
    }

    private void tail(long[] base, long[] stride, int from, int n) {
        var scratch = Scratch.current();
        int out = base.length - 1;
        long place = scratch.take(64L * base.length);
        var at = new long[base.length];
        for (int k = 0; k <= out; k++) {
            at[k] = stride[k] == 0 ? base[k] : place + 64L * k;
            if (stride[k] != 0 && k < out) copy(base[k] + from * stride[k], at[k], (long) n * bytes[k]);
        }
        body.run(at, stride, lanes);
        copy(at[out], base[out] + from * stride[out], (long) n * bytes[out]);
        scratch.release(place);
    }

    private static void copy(long from, long to, long bytes) { MemorySegment.copy(Ram.ALL, from, Ram.ALL, to, bytes); }
}
