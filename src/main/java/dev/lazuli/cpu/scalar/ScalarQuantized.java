package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.AffineFormat;
import dev.lazuli.cpu.QuantizedKernel;

import java.lang.foreign.MemorySegment;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/// One word at a time; a group's numbers are summed before its scale is applied, all in double precision: the biases
/// cancel most of the sum.
record ScalarQuantized(AffineFormat format) implements QuantizedKernel {

    @Override public long preparedBytes(int depth) { return 4L * depth; }

    @Override public void prepare(long x, int depth, long to) { MemorySegment.copy(ALL, x, ALL, to, 4L * depth); }

    @Override public void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep,
                                int depth, long x, long scratch, long sums) {
        for (int i = 0; i < LINES; i++)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * i,
                (float) dot(words + i * step, scales + i * scaleStep, biases + i * biasStep, depth, x));
    }

    private double dot(long words, long scales, long biases, int depth, long x) {
        int bits = format.bits(), group = format.group(), bytes = format.scales().bytes();
        double sum = 0;
        for (int k = 0; k < depth; k += group, scales += bytes, biases += bytes) {
            double even = 0, odd = 0, all = 0;
            for (int i = 0; i < group / format.perWord(); i++, words += 4) {
                int w = ALL.get(JAVA_INT_UNALIGNED, words);
                if (bits == 4) {
                    for (int shift = 0; shift < 32; shift += 8, x += 8) {
                        double first = get(x), second = get(x + 4);
                        even += (w >>> shift & 15) * first;
                        odd += (w >>> shift + 4 & 15) * second;
                        all += first + second;
                    }
                } else {
                    for (int shift = 0; shift < 32; shift += 16, x += 8) {
                        double first = get(x), second = get(x + 4);
                        even += (w >>> shift & 255) * first;
                        odd += (w >>> shift + 8 & 255) * second;
                        all += first + second;
                    }
                }
            }
            sum += (even + odd) * scale(scales) + all * scale(biases);
        }
        return sum;
    }

    private double scale(long at) {
        return switch (format.scales()) {
            case FLOAT16 -> Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, at));
            case BFLOAT16 -> Float.intBitsToFloat(ALL.get(JAVA_SHORT_UNALIGNED, at) << 16);
            default -> get(at);
        };
    }

    @Override public void unpack(long words, long scales, long biases, int depth, int stride, long to) {
        int bits = format.bits(), mask = (1 << bits) - 1, each = format.perWord();
        for (int k = 0; k < depth; k++)
            for (int j = 0; j < stride; j++, to += 4) {
                int w = ALL.get(JAVA_INT_UNALIGNED, words + 4L * (k / each * stride + j));
                long at = 4L * (k / format.group() * stride + j);
                ALL.set(JAVA_FLOAT_UNALIGNED, to,
                    (w >>> k % each * bits & mask) * get(scales + at) + get(biases + at));
            }
    }

    private static float get(long address) { return ALL.get(JAVA_FLOAT_UNALIGNED, address); }

    @Override public void unpackLine(long words, long scales, long biases, int depth, long to) {
        int bits = format.bits(), each = format.perWord(), mask = (1 << bits) - 1;
        for (int k = 0; k < depth; k++) {
            int q = ALL.get(JAVA_INT_UNALIGNED, words + 4L * (k / each)) >>> k % each * bits & mask;
            long g = 4L * (k / format.group());
            ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * k, q * get(scales + g) + get(biases + g));
        }
    }
}
