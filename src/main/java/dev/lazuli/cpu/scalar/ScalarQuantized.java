package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.QuantizedKernel;

import java.lang.foreign.MemorySegment;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// One word at a time; a group's numbers are summed before its scale is applied, all in double precision: the biases
/// cancel most of the sum.
record ScalarQuantized(int bits) implements QuantizedKernel {

    @Override public void prepare(long x, int depth, long to) { MemorySegment.copy(ALL, x, ALL, to, 4L * depth); }

    @Override public void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep,
        int depth,
                                int group, long x, long groupSums, long sums) {
        for (int i = 0; i < WIDTH; i++) {
            double sum = dot(words + i * step, scales + i * scaleStep, depth, group, x);
            for (int g = 0; g < depth / group; g++)
                sum += (double) get(biases + i * biasStep + 4L * g) * get(groupSums + 4L * g);
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * i, (float) sum);
        }
    }

    @Override public void vectors(long words, long scales, int depth, int group, long x, long sums) {
        for (int v = 0; v < WIDTH; v++)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * v, (float) dot(words, scales, depth, group, x + 4L * v * depth));
    }

    private double dot(long words, long scales, int depth, int group, long x) {
        double sum = 0;
        for (int k = 0; k < depth; k += group, scales += 4) {
            double even = 0, odd = 0;
            for (int i = 0; i < group * bits / 32; i++, words += 4) {
                int w = ALL.get(JAVA_INT_UNALIGNED, words);
                if (bits == 4) {
                    for (int shift = 0; shift < 32; shift += 8, x += 8) {
                        even += (w >>> shift & 15) * get(x);
                        odd += (w >>> shift + 4 & 15) * get(x + 4);
                    }
                } else {
                    for (int shift = 0; shift < 32; shift += 16, x += 8) {
                        even += (w >>> shift & 255) * get(x);
                        odd += (w >>> shift + 8 & 255) * get(x + 4);
                    }
                }
            }
            sum += (even + odd) * get(scales);
        }
        return sum;
    }

    @Override public void unpack(int group, long words, long scales, long biases, int depth, int stride, long to) {
        int mask = (1 << bits) - 1, each = 32 / bits;
        for (int k = 0; k < depth; k++)
            for (int j = 0; j < stride; j++, to += 4) {
                int w = ALL.get(JAVA_INT_UNALIGNED, words + 4L * (k / each * stride + j));
                long at = 4L * (k / group * stride + j);
                ALL.set(JAVA_FLOAT_UNALIGNED, to,
                    (w >>> k % each * bits & mask) * get(scales + at) + get(biases + at));
            }
    }

    private static float get(long address) { return ALL.get(JAVA_FLOAT_UNALIGNED, address); }
}
