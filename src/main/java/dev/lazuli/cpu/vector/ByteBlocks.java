package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// Q8_0: a load, a conversion and a multiply-add for each vector, and four operations for the scale: 10 a block with
/// vectors of 512 bits. Two lines share the loads of x.
final class ByteBlocks implements BlockKernel {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final BlockFormat FORMAT = BlockFormat.Q8_0;
    private static final int BYTES = FORMAT.bytes();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return 0; }

    // Counted, the loop would be unrolled by C2, all loads first: from memory that is half as fast.
    @Override public void lines(long blocks, long step, int count, long x, long scratch, long sums) {
        long p = Ram.bounded(blocks), q = Ram.bounded(blocks + step), y = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        for (long end = p + (long) BYTES * count; p < end; y = Ram.bounded(y + 128)) {
            FloatVector t0 = FloatVector.zero(F), t1 = t0;
            for (int l = 0; l < 32; l += LANES) {
                var v = FloatVector.fromMemorySegment(F, ALL, y + 4 * l, ORDER);
                t0 = Widen.floats(Widen.signed(p + 2 + l)).fma(v, t0);
                t1 = Widen.floats(Widen.signed(q + 2 + l)).fma(v, t1);
            }
            s0 = t0.fma(FloatVector.broadcast(F, half(p)), s0);
            s1 = t1.fma(FloatVector.broadcast(F, half(q)), s1);
            p = Ram.bounded(p + BYTES);
            q = Ram.bounded(q + BYTES);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD));
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            long at = blocks + BYTES * Ram.index(i), y = to + 128 * Ram.index(i);
            var scale = FloatVector.broadcast(F, half(at));
            for (int l = 0; l < 32; l += LANES)
                Widen.floats(Widen.signed(at + 2 + l)).mul(scale).intoMemorySegment(ALL, y + 4 * l, ORDER);
        }
    }
}
