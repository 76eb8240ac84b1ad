package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.QuantizedKernel;

import java.lang.foreign.MemorySegment;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// One word at a time; a group's numbers are summed before its scale is applied.
final class ScalarQuantized implements QuantizedKernel {

    @Override public long preparedBytes(int bits, int depth) { return 4L * depth; }

    @Override public void prepare(int bits, long x, int depth, long to) {
        MemorySegment.copy(ALL, x, ALL, to, 4L * depth);
    }

    @Override public void spread(int bits, int group, long scales, int count, long to) {
        int times = group * bits / QUAD;
        for (int i = 0; i < count; i++, scales += 4)
            for (int j = 0; j < times; j++, to += 4) ALL.set(JAVA_FLOAT_UNALIGNED, to, get(scales));
    }

    @Override public float dot(int bits, long words, long scales, int depth, long prepared) {
        double sum = 0; // the biases will cancel most of it
        for (int k = 0; k < depth; k += QUAD / bits, scales += 4) {
            double even = 0, odd = 0;
            for (int i = 0; i < 4; i++, words += 4) {
                int w = ALL.get(JAVA_INT_UNALIGNED, words);
                if (bits == 4) {
                    for (int shift = 0; shift < 32; shift += 8, prepared += 8) {
                        even += (w >>> shift & 15) * get(prepared);
                        odd += (w >>> shift + 4 & 15) * get(prepared + 4);
                    }
                } else {
                    for (int shift = 0; shift < 32; shift += 16, prepared += 8) {
                        even += (w >>> shift & 255) * get(prepared);
                        odd += (w >>> shift + 8 & 255) * get(prepared + 4);
                    }
                }
            }
            sum += (even + odd) * get(scales);
        }
        return (float) sum;
    }

    @Override public void dot4(int bits, long words, long scales, int depth, long prepared, long sums) {
        for (int v = 0; v < 4; v++)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * v,
                dot(bits, words, scales, depth, prepared + 4L * v * depth));
    }

    @Override public void unpack(int bits, int group, long words, long scales, long biases, int depth, int stride,
                                 long to) {
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
