package dev.lazuli.cpu;

/// Panels of a matrix quantised along its depth: words, scales and biases are transposed, then dequantised by columns.
record AffineLines(Provider provider, QuantizedMatmul.Weights w) implements Panels {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        int words = depth * w.bits() / 32, groups = depth / w.group();
        long group = from / w.group();
        var scratch = Scratch.current();
        long plain = scratch.take(4L * groups * stride), packed = scratch.take(4L * words * stride);
        long scales = scratch.take(4L * groups * stride), biases = scratch.take(4L * groups * stride);
        provider.pack().transpose(w.words() + line * w.wordStride() + from * w.bits() / 8, w.wordStride(), width, words,
            stride, packed);
        for (int j = 0; j < width; j++)
            provider.rows().load(w.scaleType(),
                w.scales() + (line + j) * w.scaleStride() + group * w.scaleType().bytes(), groups,
                plain + 4L * j * groups);
        provider.pack().transpose(plain, 4L * groups, width, groups, stride, scales);
        for (int j = 0; j < width; j++)
            provider.rows().load(w.biasType(),
                w.biases() + (line + j) * w.biasStride() + group * w.biasType().bytes(), groups,
                plain + 4L * j * groups);
        provider.pack().transpose(plain, 4L * groups, width, groups, stride, biases);
        provider.quantized(w.bits()).unpack(w.group(), packed, scales, biases, depth, stride, to);
        scratch.release(plain);
    }
}
