package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.memory.Ram;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A vector class with its tail: the last elements, too few for a turn of its loop, are computed as one in scratch
/// memory, so that a number's result does not depend on where it stands.
///
/// @param turn  elements of a turn
/// @param bytes widths of the operands' elements
record VectorLoop(Loop body, int turn, int[] bytes) implements Loop {

    /// The loop of a program whose operands are contiguous, or one number where the stride is 0; null if vectors cannot
    /// compute it.
    static Tiers.@Nullable Vector<Loop> of(Program program, long[] stride, Loop scalar) {
        if (!Vectors.canMap(program)) return null;
        int turn = VectorEmitter.turn(program);
        var body = VectorEmitter.loop(program, single(program, stride));
        var bytes = Mapping.bytes(Mapping.inputs(program), program.dtype());
        return new Tiers.Vector<>(new VectorLoop(body, turn, bytes), new Warming(body, scalar, turn), turn);
    }

    /// One bit for each input that is the same number everywhere.
    static long single(Program program, long[] stride) {
        long single = 0;
        for (int k = 0; k < program.inputs(); k++) if (stride[k] == 0) single |= 1L << k;
        return single;
    }

    @Override public void run(long[] base, long[] stride, int n) {
        int whole = n - n % turn;
        if (whole > 0) body.run(base, stride, whole);
        if (whole < n) tail(base, stride, whole, n - whole);
    }

    private void tail(long[] base, long[] stride, int from, int n) {
        var scratch = Scratch.current();
        int out = base.length - 1;
        long size = 8L * turn;
        long place = scratch.take(size * base.length);
        var at = scratch.operands(base.length);
        for (int k = 0; k <= out; k++) {
            at[k] = stride[k] == 0 ? base[k] : place + size * k;
            if (stride[k] != 0 && k < out) copy(base[k] + from * stride[k], at[k], (long) n * bytes[k]);
        }
        body.run(at, stride, turn);
        copy(at[out], base[out] + from * stride[out], (long) n * bytes[out]);
        scratch.release(place);
    }

    private static void copy(long from, long to, long bytes) { MemorySegment.copy(Ram.ALL, from, Ram.ALL, to, bytes); }

    /// Half of every block and one turn more in vectors, the rest in plain Java.
    private record Warming(Loop body, Loop scalar, int turn) implements Loop {
        @Override public void run(long[] base, long[] stride, int n) {
            var at = base.clone();
            for (int done = 0; done < n; done += Tiers.BLOCK) {
                int block = Math.min(Tiers.BLOCK, n - done);
                int first = (block / 2 / turn + 1) * turn;
                if (first > block) first = 0;
                if (first > 0) body.run(at, stride, first);
                move(at, stride, first);
                scalar.run(at, stride, block - first);
                move(at, stride, block - first);
            }
        }

        private static void move(long[] at, long[] stride, int n) {
            for (int k = 0; k < at.length; k++) at[k] += stride[k] * n;
        }
    }
}
