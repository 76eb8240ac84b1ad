package dev.lazuli.cpu.vector;

import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static jdk.incubator.vector.VectorOperators.ADD;

/// The norms' last pass over a row, with or without weights and biases; see [Specialised].
///
/// A class for each of the four: loops that are branches of one method are compiled together, and those that became hot
/// after the others were boxed in some processes.
final class Normalizing implements VectorRows.Pass {
    /// Which of the parameters there are.
    record Parameters(boolean weight, boolean bias) {}

    private static final Parameters PARAMETERS = Specialised.format(MethodHandles.lookup(), Parameters.class);
    private static final boolean WEIGHT = PARAMETERS.weight();
    private static final boolean BIAS = PARAMETERS.bias();

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int L = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    Normalizing() {}

    @Override public float run(long x, int n, float mean, float scale, long weight, long bias, long y, long ahead) {
        x = Ram.bounded(x);
        y = Ram.bounded(y);
        weight = Ram.bounded(weight);
        bias = Ram.bounded(bias);
        ahead = Ram.bounded(ahead);
        var sum = FloatVector.zero(F);
        for (int i = 0; i <= n - L; i += L) {
            long at = 4 * Ram.index(i);
            sum = sum.add(FloatVector.fromMemorySegment(F, ALL, ahead + at, ORDER));
            var v = FloatVector.fromMemorySegment(F, ALL, x + at, ORDER).sub(mean).mul(scale);
            if (WEIGHT && BIAS)
                v = v.fma(FloatVector.fromMemorySegment(F, ALL, weight + at, ORDER),
                    FloatVector.fromMemorySegment(F, ALL, bias + at, ORDER));
            else if (WEIGHT) v = v.mul(FloatVector.fromMemorySegment(F, ALL, weight + at, ORDER));
            else if (BIAS) v = v.add(FloatVector.fromMemorySegment(F, ALL, bias + at, ORDER));
            v.intoMemorySegment(ALL, y + at, ORDER);
        }
        return sum.reduceLanes(ADD);
    }
}
