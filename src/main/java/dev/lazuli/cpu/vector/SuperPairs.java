package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// Q2_K, 128 elements at a time: for each vector of them a mask, a conversion, a product, and two operations that scale
/// it; and for four vectors a load.
final class SuperPairs implements BlockKernel {
    private static final BlockFormat FORMAT = BlockFormat.Q2_K;
    private static final int BYTES = 84;
    private static final int LANES = Species.FLOAT.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return SuperScales.bytes(count); }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        scratch = Ram.bounded(scratch);
        FloatVector s0 = FloatVector.zero(Species.FLOAT), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < 2 * count; i++) {
            long n = Ram.index(i), block = blocks + BYTES * (n >>> 1), y = x + 512 * n;
            long at = block + 16 + 32 * (n & 1);
            for (int l = 0; l < 32; l += LANES) {
                long z = y + 4 * l, s = scratch + SuperScales.BYTES * (n >>> 1) + 32 * (n & 1) + 4 * (l >> 4);
                var b = Widen.unsigned(at + l);
                s0 = Widen.floats(b.and(3))
                    .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, z, ORDER))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s)), s0);
                s1 = Widen.floats(b.and(12))
                    .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, z + 128, ORDER))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 8)), s1);
                s2 = Widen.floats(b.and(48))
                    .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, z + 256, ORDER))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 16)), s2);
                s3 = Widen.floats(b.and(192))
                    .mul(FloatVector.fromMemorySegment(Species.FLOAT, ALL, z + 384, ORDER))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 24)), s3);
            }
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD) - SuperScales.rest(16, scratch, count, x + 1024L * count);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        scratch = Ram.bounded(scratch);
        for (int i = 0; i < 2 * count; i++) {
            long n = Ram.index(i), block = blocks + BYTES * (n >>> 1), y = to + 512 * n;
            long at = block + 16 + 32 * (n & 1);
            for (int l = 0; l < 32; l += LANES) {
                long z = y + 4 * l, s = scratch + SuperScales.BYTES * (n >>> 1) + 32 * (n & 1) + 4 * (l >> 4);
                var b = Widen.unsigned(at + l);
                Widen.floats(b.and(3))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s)),
                        FloatVector.broadcast(Species.FLOAT, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST)))
                    .intoMemorySegment(ALL, z, ORDER);
                Widen.floats(b.and(12))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 8) / 4),
                        FloatVector.broadcast(Species.FLOAT, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 8)))
                    .intoMemorySegment(ALL, z + 128, ORDER);
                Widen.floats(b.and(48))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 16) / 16),
                        FloatVector.broadcast(Species.FLOAT, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 16)))
                    .intoMemorySegment(ALL, z + 256, ORDER);
                Widen.floats(b.and(192))
                    .fma(FloatVector.broadcast(Species.FLOAT, ALL.get(JAVA_FLOAT_UNALIGNED, s + 24) / 64),
                        FloatVector.broadcast(Species.FLOAT, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 24)))
                    .intoMemorySegment(ALL, z + 384, ORDER);
            }
        }
    }
}
