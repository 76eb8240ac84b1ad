package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static jdk.incubator.vector.VectorOperators.ADD;

/// Q8_0: a load, a conversion and a multiply-add for each vector, and four operations for the scale: 10 a block with
/// vectors of 512 bits.
final class ByteBlocks implements BlockKernel {
    private static final int LANES = Species.FLOAT.length();
    private static final int BYTES = 34;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public long preparedBytes(int depth) { return Prepared.bytes(BlockFormat.Q8_0, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(BlockFormat.Q8_0, x, depth, to); }

    @Override public long scratchBytes(int count) { return 0; }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        FloatVector sum = FloatVector.zero(Species.FLOAT);
        for (int i = 0; i < count; i++) {
            long at = blocks + BYTES * Ram.index(i), y = x + 128 * Ram.index(i);
            FloatVector t = FloatVector.zero(Species.FLOAT);
            for (int l = 0; l < 32; l += LANES)
                t = Widen.floats(Widen.signed(at + 2 + l))
                    .fma(FloatVector.fromMemorySegment(Species.FLOAT, ALL, y + 4 * l, ORDER), t);
            sum = t.fma(FloatVector.broadcast(Species.FLOAT, half(at)), sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            long at = blocks + BYTES * Ram.index(i), y = to + 128 * Ram.index(i);
            var scale = FloatVector.broadcast(Species.FLOAT, half(at));
            for (int l = 0; l < 32; l += LANES)
                Widen.floats(Widen.signed(at + 2 + l)).mul(scale).intoMemorySegment(ALL, y + 4 * l, ORDER);
        }
    }
}
