package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.ROR;

/// Q4_0, Q4_1, Q5_0 and Q5_1; see [Specialised].
///
/// A load; a mask, a conversion and a multiply-add for each half of the bytes; five operations for scale and minimum:
/// 12 a block with vectors of 512 bits. Fifth bits take seven more: each lane rotates them until its own is in place.
final class NibbleBlocks implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final int BYTES = FORMAT.bytes();
    private static final int QUANTS = FORMAT.low().at();
    private static final boolean MINIMUM = FORMAT.hasMinimum();
    private static final boolean FIVE = FORMAT.high() != null;
    private static final int FIFTHS = QUANTS - 4;

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector TURN = IntVector.zero(Species.INT).addIndex(-1).add(4);

    NibbleBlocks() {}

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return 0; }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        long sums = Ram.bounded(x + 128L * count);
        var sum = FloatVector.zero(F);
        float rest = 0;
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = blocks + BYTES * n, y = x + 128 * n;
            var t = FloatVector.zero(F);
            for (int l = 0; l < 16; l += LANES) {
                var b = Widen.unsigned(at + QUANTS + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = IntVector.broadcast(Species.INT, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
                        .lanewise(ROL, TURN.sub(l));
                    low = bits.and(16).or(low);
                    high = bits.lanewise(ROR, 12).and(256).or(high);
                }
                t = ((FloatVector) low.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 4 * l, ORDER), t);
                t = ((FloatVector) high.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 64 + 4 * l, ORDER), t);
            }
            float scale = half(at);
            sum = t.fma(FloatVector.broadcast(F, scale), sum);
            rest = Math.fma(MINIMUM ? half(at + 2) : scale, ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4 * n), rest);
        }
        return sum.reduceLanes(ADD) + (MINIMUM ? rest : -FORMAT.offset() * rest);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = blocks + BYTES * n, y = to + 128 * n;
            float scale = half(at);
            var least = FloatVector.broadcast(F, MINIMUM ? half(at + 2) : -FORMAT.offset() * scale);
            for (int l = 0; l < 16; l += LANES) {
                var b = Widen.unsigned(at + QUANTS + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = IntVector.broadcast(Species.INT, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
                        .lanewise(ROL, TURN.sub(l));
                    low = bits.and(16).or(low);
                    high = bits.lanewise(ROR, 12).and(256).or(high);
                }
                ((FloatVector) low.convertShape(I2F, F, 0)).fma(FloatVector.broadcast(F, scale), least)
                    .intoMemorySegment(ALL, y + 4 * l, ORDER);
                ((FloatVector) high.convertShape(I2F, F, 0)).fma(FloatVector.broadcast(F, scale / 16), least)
                    .intoMemorySegment(ALL, y + 64 + 4 * l, ORDER);
            }
        }
    }
}
