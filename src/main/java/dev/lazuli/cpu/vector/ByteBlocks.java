package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static jdk.incubator.vector.VectorOperators.ADD;

/// Q8_0: a load, a conversion and a multiply-add for each vector, and four operations for the scale: 10 a block with
/// vectors of 512 bits.
final class ByteBlocks implements BlockKernel {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final BlockFormat FORMAT = BlockFormat.Q8_0;
    private static final int BYTES = FORMAT.bytes();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return 0; }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        FloatVector sum = FloatVector.zero(F);
        for (int i = 0; i < count; i++) {
            long at = blocks + BYTES * Ram.index(i), y = x + 128 * Ram.index(i);
            FloatVector t = FloatVector.zero(F);
            for (int l = 0; l < 32; l += LANES)
                t = Widen.floats(Widen.signed(at + 2 + l))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 4 * l, ORDER), t);
            sum = t.fma(FloatVector.broadcast(F, half(at)), sum);
        }
        return sum.reduceLanes(ADD);
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
