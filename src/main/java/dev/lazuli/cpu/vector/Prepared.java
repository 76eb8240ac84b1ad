package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;

/// A vector prepared for products with blocks, so that their bits need not be shifted nor their offsets taken away.
///
/// What is multiplied with bits that lie s above the lowest of their byte is divided by 2ˢ. After all the numbers come
/// the sums of the groups, and zeros, since a vector may be read from the last sums on.
final class Prepared {
    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// Elements whose bits lie equally high.
    private static final int RUN = 16;

    private Prepared() {}

    static long bytes(BlockFormat format, int depth) { return 4L * depth + 4L * (depth / format.group()) + 4 * RUN; }

    static void write(BlockFormat format, long x, int depth, long to) {
        x = Ram.bounded(x);
        to = Ram.bounded(to);
        long sums = to + 4L * depth;
        for (int k = 0; k < depth; sums += 4) {
            var sum = FloatVector.zero(F);
            for (int end = k + format.group(); k < end; k += RUN) {
                float factor = 1f / (1 << format.low().shift(k % format.elements()));
                for (int l = 0; l < RUN; l += LANES) {
                    long at = 4 * Ram.index(k + l);
                    var v = FloatVector.fromMemorySegment(F, ALL, x + at, ORDER);
                    v.mul(factor).intoMemorySegment(ALL, to + at, ORDER);
                    sum = sum.add(v);
                }
            }
            ALL.set(JAVA_FLOAT_UNALIGNED, sums, sum.reduceLanes(ADD));
        }
        for (int i = 0; i < RUN; i++) ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * i, 0f);
    }
}
