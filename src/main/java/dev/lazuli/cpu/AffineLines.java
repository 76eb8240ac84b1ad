package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;

import java.lang.foreign.MemorySegment;

/// A matrix quantised along its depth. For panels words, scales and biases are transposed, then dequantised by columns.
record AffineLines(Provider provider, AffineFormat format, QuantizedMatmul.Weights w) implements Panels, Lines {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        int words = depth / format.perWord(), groups = depth / format.group();
        long skipped = from / format.group() * format.scales().bytes();
        var scratch = Scratch.current();
        long packed = scratch.take(4L * words * stride);
        long scales = scratch.take(4L * groups * stride), biases = scratch.take(4L * groups * stride);
        provider.pack().transpose(w.words() + line * w.wordStride() + format.lineBytes((int) from), w.wordStride(),
            width, words, stride, packed);
        transpose(w.scales() + line * w.scaleStride() + skipped, w.scaleStride(), width, groups, stride, scales);
        transpose(w.biases() + line * w.biasStride() + skipped, w.biasStride(), width, groups, stride, biases);
        provider.quantized(format).unpack(packed, scales, biases, depth, stride, to);
        scratch.release(packed);
    }

    private void transpose(long from, long next, int width, int groups, int stride, long to) {
        var scratch = Scratch.current();
        long plain = scratch.take(4L * groups * stride);
        for (int j = 0; j < width; j++)
            provider.rows().load(format.scales(), from + j * next, groups, plain + 4L * j * groups);
        provider.pack().transpose(plain, 4L * groups, width, groups, stride, to);
        scratch.release(plain);
    }

    @Override public long piece(long first, long step, int count, int from, int depth, long to) {
        int groups = depth / format.group();
        long skipped = from / format.group() * format.scales().bytes(), room = 4L * (groups + 16);
        var kernel = provider.quantized(format);
        var scratch = Scratch.current();
        long scales = scratch.take(room), biases = scratch.take(room);
        for (int i = 0; i < count; i++) {
            long line = first + i * step;
            provider.rows().load(format.scales(), w.scales() + line * w.scaleStride() + skipped, groups, scales);
            provider.rows().load(format.scales(), w.biases() + line * w.biasStride() + skipped, groups, biases);
            kernel.unpackLine(w.words() + line * w.wordStride() + format.lineBytes(from), scales, biases, depth,
                to + 4L * i * depth);
        }
        scratch.release(scales);
        return to;
    }

    @Override public long pitch(long step, int depth) { return 4L * depth; }

    @Override public void arrange(long x, int depth) {
        var kernel = provider.quantized(format);
        var scratch = Scratch.current();
        long prepared = scratch.take(kernel.preparedBytes(depth));
        kernel.prepare(x, depth, prepared);
        MemorySegment.copy(Ram.ALL, prepared, Ram.ALL, x, 4L * depth);
        scratch.release(prepared);
    }
}
