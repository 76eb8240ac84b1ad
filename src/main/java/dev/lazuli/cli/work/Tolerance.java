package dev.lazuli.cli.work;

import dev.lazuli.type.Dtype;

/// How far a right result may be from the exact one.
final class Tolerance {
    private static final double EPSILON = 0x1p-23;

    private Tolerance() {}

    /// Of a `float32` sum: roundings of single terms cancel like steps of a random walk.
    static double ofSum(double magnitude, int terms) { return EPSILON * (4 + Math.sqrt(terms)) * magnitude; }

    /// Of a value stored in a type.
    static double ofRounding(Dtype type, double value) {
        return Math.abs(value) * switch (type) {
            case BFLOAT16 -> 0x1p-8;
            case FLOAT16 -> 0x1p-11;
            default -> EPSILON;
        };
    }
}
