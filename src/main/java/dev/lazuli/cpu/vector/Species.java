package dev.lazuli.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector shapes of this machine, as constants that C2 folds.
final class Species {
    static final VectorShape SHAPE = FloatVector.SPECIES_PREFERRED.vectorShape();
    static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Double> DOUBLE = SHAPE.withLanes(double.class);
    static final VectorSpecies<Integer> INT = SHAPE.withLanes(int.class);

    /// As many 16-bit lanes as `FLOAT` has lanes: what a load of half types yields.
    static final VectorSpecies<Short> HALF = VectorSpecies.of(short.class,
        VectorShape.forBitSize(FLOAT.length() * Short.SIZE));

    /// Vector registers: 16 on x86 below AVX-512, 32 there and on ARM.
    static final int REGISTERS = FLOAT.length() == 16 || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;

    private Species() {}
}
