package dev.lazuli.cpu.vector;

import jdk.incubator.vector.VectorShuffle;

/// Shuffles that repeat the first lanes of a vector: each for so many lanes, the scale of a group for all its words.
final class Spread {
    private static final VectorShuffle<Float> BY_4 = of(4);
    private static final VectorShuffle<Float> BY_8 = of(8);
    private static final VectorShuffle<Float> BY_16 = of(16);

    private Spread() {}

    private static VectorShuffle<Float> of(int lanes) {
        return VectorShuffle.fromOp(Species.FLOAT, lane -> lane / lanes);
    }

    /// @param lanes a power of two from 4 on
    static VectorShuffle<Float> by(int lanes) { return lanes == 4 ? BY_4 : lanes == 8 ? BY_8 : BY_16; }
}
