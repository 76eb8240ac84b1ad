package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;

/// Q2_K, 128 elements at a time: for each vector of them a mask, a conversion, a product, and two operations that scale
/// it; and for four vectors a load.
final class SuperPairs implements BlockKernel {
    private static final BlockFormat FORMAT = BlockFormat.Q2_K;
    private static final int BYTES = FORMAT.bytes();
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override public long preparedBytes(int depth) { return Prepared.bytes(FORMAT, depth); }

    @Override public void prepare(long x, int depth, long to) { Prepared.write(FORMAT, x, depth, to); }

    @Override public long scratchBytes(int count) { return SuperScales.bytes(count); }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        return products(blocks, count, x, scratch) - SuperScales.rest(16, scratch, count, x + 1024L * count);
    }

    private static float products(long blocks, int count, long x, long scales) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        scales = Ram.bounded(scales);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < 2 * count; i++) {
            long n = Ram.index(i), block = blocks + BYTES * (n >>> 1), y = x + 512 * n;
            long at = block + 16 + 32 * (n & 1);
            for (int l = 0; l < 32; l += LANES) {
                long z = y + 4 * l, s = scales + SuperScales.BYTES * (n >>> 1) + 32 * (n & 1) + 4 * (l >> 4);
                var b = Widen.unsigned(at + l);
                s0 = ((FloatVector) b.and(3).convertShape(I2F, F, 0))
                    .mul(FloatVector.fromMemorySegment(F, ALL, z, ORDER))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s)), s0);
                s1 = ((FloatVector) b.and(12).convertShape(I2F, F, 0))
                    .mul(FloatVector.fromMemorySegment(F, ALL, z + 128, ORDER))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 8)), s1);
                s2 = ((FloatVector) b.and(48).convertShape(I2F, F, 0))
                    .mul(FloatVector.fromMemorySegment(F, ALL, z + 256, ORDER))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 16)), s2);
                s3 = ((FloatVector) b.and(192).convertShape(I2F, F, 0))
                    .mul(FloatVector.fromMemorySegment(F, ALL, z + 384, ORDER))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 24)), s3);
            }
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        SuperScales.write(FORMAT, blocks, count, scratch);
        elements(blocks, count, to, scratch);
    }

    private static void elements(long blocks, int count, long to, long scales) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        scales = Ram.bounded(scales);
        for (int i = 0; i < 2 * count; i++) {
            long n = Ram.index(i), block = blocks + BYTES * (n >>> 1), y = to + 512 * n;
            long at = block + 16 + 32 * (n & 1);
            for (int l = 0; l < 32; l += LANES) {
                long z = y + 4 * l, s = scales + SuperScales.BYTES * (n >>> 1) + 32 * (n & 1) + 4 * (l >> 4);
                var b = Widen.unsigned(at + l);
                ((FloatVector) b.and(3).convertShape(I2F, F, 0))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s)),
                        FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST)))
                    .intoMemorySegment(ALL, z, ORDER);
                ((FloatVector) b.and(12).convertShape(I2F, F, 0))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 8) / 4),
                        FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 8)))
                    .intoMemorySegment(ALL, z + 128, ORDER);
                ((FloatVector) b.and(48).convertShape(I2F, F, 0))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 16) / 16),
                        FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 16)))
                    .intoMemorySegment(ALL, z + 256, ORDER);
                ((FloatVector) b.and(192).convertShape(I2F, F, 0))
                    .fma(FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, s + 24) / 64),
                        FloatVector.broadcast(F, -ALL.get(JAVA_FLOAT_UNALIGNED, s + SuperScales.LEAST + 24)))
                    .intoMemorySegment(ALL, z + 384, ORDER);
            }
        }
    }
}
