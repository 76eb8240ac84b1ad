package dev.lazuli.cpu;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// Panels of a matrix quantised across its depth, as the gradient of a quantised layer reads it.
record AffineDepths(AffineFormat format, QuantizedMatmul.Weights w) implements Panels {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        int bits = format.bits(), each = format.perWord(), mask = (1 << bits) - 1;
        for (int k = 0; k < depth; k++, to += 4L * stride) {
            long words = w.words() + (from + k) * w.wordStride();
            long scales = w.scales() + (from + k) * w.scaleStride(), biases = w.biases() + (from + k) * w.biasStride();
            for (int j = 0; j < width; ) {
                // A run of columns that share a word also shares its scale.
                int column = (int) line + j, shift = column % each * bits, g = column / format.group();
                int word = ALL.get(JAVA_INT_UNALIGNED, words + 4L * (column / each)) >>> shift;
                var type = format.scales();
                float scale = (float) Elements.getDouble(type, scales + (long) g * type.bytes());
                float bias = (float) Elements.getDouble(type, biases + (long) g * type.bytes());
                for (; shift < 32 && j < width; shift += bits, j++, word >>>= bits)
                    ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * j, (word & mask) * scale + bias);
            }
            for (int j = width; j < stride; j++) ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * j, 0);
        }
    }
}
