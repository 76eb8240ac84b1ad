package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.QuantizedKernel;

/// Leads to the loops for 4 and for 8 bits.
final class VectorQuantized implements QuantizedKernel {
    @Override public long preparedBytes(int bits, int depth) {
        return bits == 4 ? Affine4.preparedBytes(depth) : Affine8.preparedBytes(depth);
    }

    @Override public void prepare(int bits, long x, int depth, long to) {
        if (bits == 4) Affine4.prepare(x, depth, to);
        else Affine8.prepare(x, depth, to);
    }

    @Override public void spread(int bits, int group, long scales, int count, long to) {
        Spread.repeat(scales, count, group * bits / QUAD, to);
    }

    @Override public float dot(int bits, long words, long scales, int depth, long prepared) {
        return bits == 4 ? Affine4.dot(words, scales, depth, prepared)
            : Affine8.dot(words, scales, depth, prepared);
    }

    @Override public void dot4(int bits, long words, long scales, int depth, long prepared, long sums) {
        if (bits == 4) Affine4.dot4(words, scales, depth, prepared, sums);
        else Affine8.dot4(words, scales, depth, prepared, sums);
    }

    @Override public void unpack(int bits, int group, long words, long scales, long biases, int depth, int stride,
                                 long to) {
        if (bits == 4) Affine4.unpack(group, words, scales, biases, depth, stride, to);
        else Affine8.unpack(group, words, scales, biases, depth, stride, to);
    }
}
