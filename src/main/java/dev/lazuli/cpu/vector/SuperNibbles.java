package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

/// Q4_K and Q5_K, 64 elements at a time; see [Specialised].
///
/// With vectors of 512 bits, two loads, then for each of four vectors a mask, a conversion and a multiply-add, and four
/// operations for two scales. Fifth bits take four operations more for two vectors.
final class SuperNibbles implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final int BYTES = FORMAT.bytes();
    private static final int QUANTS = FORMAT.low().at();
    private static final boolean FIVE = FORMAT.high() != null;
    private static final int FIFTHS = 16;

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    SuperNibbles() {}

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return SuperScales.bytes(count); }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        return products(blocks, count, x, scratch) - SuperScales.rest(8, scratch, count, x + 1024L * count);
    }

    private static float products(long blocks, int count, long x, long scales) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        scales = Ram.bounded(scales);
        FloatVector sum = FloatVector.zero(F), more = sum;
        for (int i = 0; i < 4 * count; i++) {
            long n = Ram.index(i), y = x + 256 * n;
            long block = blocks + BYTES * (n >>> 2), at = block + QUANTS + 32 * (n & 3);
            FloatVector t = FloatVector.zero(F), u = t;
            for (int l = 0; l < 32; l += LANES) {
                var b = Widen.unsigned(at + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = Widen.unsigned(block + FIFTHS + l).lanewise(LSHR, 2 * (i & 3));
                    low = bits.lanewise(LSHL, 4).and(16).or(low);
                    high = bits.lanewise(LSHL, 7).and(256).or(high);
                }
                t = ((FloatVector) low.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 4 * l, ORDER), t);
                u = ((FloatVector) high.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 128 + 4 * l, ORDER), u);
            }
            long s = scales + SuperScales.BYTES * (n >>> 2) + 8 * (n & 3);
            sum = t.fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s)), sum);
            more = u.fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 4)), more);
        }
        return sum.add(more).reduceLanes(ADD);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        elements(blocks, count, to, scratch);
    }

    private static void elements(long blocks, int count, long to, long scales) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        scales = Ram.bounded(scales);
        for (int i = 0; i < 4 * count; i++) {
            long n = Ram.index(i), y = to + 256 * n;
            long block = blocks + BYTES * (n >>> 2), at = block + QUANTS + 32 * (n & 3);
            long s = scales + SuperScales.BYTES * (n >>> 2) + 8 * (n & 3), m = s + SuperScales.LEAST;
            var scale = FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s));
            var least = FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, m));
            var scale2 = FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 4) / 16);
            var least2 = FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, m + 4));
            for (int l = 0; l < 32; l += LANES) {
                var b = Widen.unsigned(at + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = Widen.unsigned(block + FIFTHS + l).lanewise(LSHR, 2 * (i & 3));
                    low = bits.lanewise(LSHL, 4).and(16).or(low);
                    high = bits.lanewise(LSHL, 7).and(256).or(high);
                }
                ((FloatVector) low.convertShape(I2F, F, 0)).fma(scale, least)
                    .intoMemorySegment(ALL, y + 4 * l, ORDER);
                ((FloatVector) high.convertShape(I2F, F, 0)).fma(scale2, least2)
                    .intoMemorySegment(ALL, y + 128 + 4 * l, ORDER);
            }
        }
    }
}
