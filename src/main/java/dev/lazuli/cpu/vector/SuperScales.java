package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockScales;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static jdk.incubator.vector.VectorOperators.ADD;

/// The scales of a row of blocks of 256, made float32 before the row is read: 16 scales and 16 subtrahends a block.
///
/// An element is `scale · q - subtrahend`: its minimum, or the offset of q times the scale. Subtrahends are multiplied
/// with the sums of a prepared vector's groups, so that the loop over the row knows scales only.
final class SuperScales {
    /// Bytes of the scales of a block, and from there to the subtrahends.
    static final int BYTES = 128;
    static final int LEAST = 64;

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private SuperScales() {}

    static long bytes(int count) { return (long) count * (BYTES + BlockScales.FACTORS); }

    /// Writes the scales of `count` blocks.
    static void write(BlockFormat format, long blocks, int count, long to) {
        long factors = Ram.bounded(to + (long) BYTES * count);
        // Two loops: a vector that is read right after its parts were written waits for them.
        BlockScales.factors(format, blocks, count, factors);
        int bytes = format.bytes(), leastFrom = format.hasMinimum() ? BlockScales.GROUPS : 0;
        float offset = format.hasMinimum() ? 1 : format.offset();
        long scale = Ram.bounded(blocks + format.scale());
        long least = Ram.bounded(blocks + (format.hasMinimum() ? format.minimum() : format.scale()));
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            float d = half(scale), m = half(least) * offset;
            for (int l = 0; l < BlockScales.GROUPS; l += LANES) {
                long y = to + BYTES * Ram.index(i) + 4 * l;
                Widen.floats(Widen.signed(factors + l)).mul(d).intoMemorySegment(ALL, y, ORDER);
                Widen.floats(Widen.signed(factors + leastFrom + l)).mul(m).intoMemorySegment(ALL, y + LEAST, ORDER);
            }
            factors = Ram.bounded(factors + BlockScales.FACTORS);
            scale = Ram.bounded(scale + bytes);
            least = Ram.bounded(least + bytes);
        }
    }

    /// Σ subtrahend · sum of the group, over all groups of `count` blocks.
    static float rest(int groups, long scales, int count, long sums) {
        scales = Ram.bounded(scales);
        sums = Ram.bounded(sums);
        long step = 4L * groups;
        var rest = FloatVector.zero(F);
        for (int i = 0; i < count; i++, sums = Ram.bounded(sums + step))
            for (int l = 0; l < groups; l += LANES)
                rest = FloatVector
                    .fromMemorySegment(F, ALL, scales + BYTES * Ram.index(i) + LEAST + 4 * l, ORDER)
                    .fma(FloatVector.fromMemorySegment(F, ALL, sums + 4 * l, ORDER), rest);
        return rest.reduceLanes(ADD);
    }
}
