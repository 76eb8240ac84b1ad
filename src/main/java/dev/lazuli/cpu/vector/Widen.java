package dev.lazuli.cpu.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

/// As many bytes as a vector of ints has lanes, widened: one instruction, but on 128 bits, where there is no vector of
/// so few bytes.
///
/// These few lines are inlined where a loop has few of them, first; beyond C2's limits it would box the vectors, so
/// loops over several vectors convert to floats themselves.
final class Widen {
    private static final int LANES = Species.INT.length();
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class,
        VectorShape.forBitSize(Math.max(64, 8 * LANES)));
    private static final IntVector EACH = IntVector.zero(Species.INT).addIndex(8);
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Widen() {}

    static IntVector unsigned(long at) {
        if (LANES == 4)
            return IntVector.broadcast(Species.INT, ALL.get(JAVA_INT_UNALIGNED, at)).lanewise(LSHR, EACH).and(255);
        return (IntVector) ByteVector.fromMemorySegment(BYTES, ALL, at, ORDER)
            .convertShape(ZERO_EXTEND_B2I, Species.INT, 0);
    }

    static IntVector signed(long at) {
        if (LANES == 4) return unsigned(at).lanewise(LSHL, 24).lanewise(ASHR, 24);
        return (IntVector) ByteVector.fromMemorySegment(BYTES, ALL, at, ORDER).convertShape(B2I, Species.INT, 0);
    }

    static FloatVector floats(IntVector x) { return (FloatVector) x.convertShape(I2F, Species.FLOAT, 0); }
}
