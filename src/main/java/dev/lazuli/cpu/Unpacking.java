package dev.lazuli.cpu;

import dev.lazuli.graph.Minifloat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import java.util.function.IntToDoubleFunction;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Lines in any of MLX's packings, unpacked eight numbers at a time, which fill as many bytes as a number has bits.
///
/// @param scales their type
record Unpacking(Quantization format, Dtype scales, QuantizedMatmul.Weights w) {
    private static final int RUN = 8;

    private static final float[] INTEGERS = table(i -> i);
    private static final float[] E2M1 = table(Minifloat.E2M1::value);
    private static final float[] E4M3 = table(Minifloat.E4M3::value);

    // 2^-127 is no normal number, but one.
    private static final float[] E8M0 = table(i -> i == 255 ? Double.POSITIVE_INFINITY : Math.scalb(1.0, i - 127));

    private static float[] table(IntToDoubleFunction value) {
        var all = new float[256];
        for (int i = 0; i < all.length; i++) all[i] = (float) value.applyAsDouble(i);
        return all;
    }

    /// Writes the numbers [from, from + count) of a line to `to`; both are multiples of 8.
    void unpack(long line, int from, int count, long to) {
        int bits = format.bits(), mask = format.mask(), groups = Integer.numberOfTrailingZeros(format.group());
        long at = w.words() + line * w.wordStride() + (long) from / RUN * bits, end = at + (long) count / RUN * bits;
        long scaleLine = w.scales() + line * w.scaleStride(), biasLine = w.biases() + line * w.biasStride();
        var numbers = format.isAffine() ? INTEGERS : bits == 8 ? E4M3 : E2M1;
        float scale = 0, bias = 0;
        for (int k = from, g = -1; at < end; k += RUN, at += bits, to += 4 * RUN) {
            if (k >> groups != g) {
                g = k >> groups;
                scale = scale(scaleLine, g);
                bias = format.isAffine() ? scale(biasLine, g) : 0;
            }
            long run = at + 8 <= end ? ALL.get(JAVA_LONG_UNALIGNED, at) : last(at, bits);
            for (int i = 0; i < RUN; i++, run >>>= bits)
                ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * i, numbers[(int) run & mask] * scale + bias);
        }
    }

    /// The bytes of a run behind which no more may be read.
    private static long last(long at, int bytes) {
        long run = 0;
        for (int i = 0; i < bytes; i++) run |= (ALL.get(JAVA_BYTE, at + i) & 255L) << 8 * i;
        return run;
    }

    private float scale(long line, int group) {
        return switch (format.mode()) {
            case AFFINE -> (float) Elements.getDouble(scales, line + (long) group * scales.bytes());
            case MXFP4, MXFP8 -> E8M0[ALL.get(JAVA_BYTE, line + group) & 255];
            case NVFP4 -> E4M3[ALL.get(JAVA_BYTE, line + group) & 255];
        };
    }
}
