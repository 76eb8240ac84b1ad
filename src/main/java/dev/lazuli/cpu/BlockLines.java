package dev.lazuli.cpu;

import dev.lazuli.type.BlockFormat;

/// A matrix whose lines are GGUF's blocks. What is touched is unpacked, and for panels transposed.
///
/// @param stride bytes from a line to the next
record BlockLines(Provider provider, BlockFormat format, long address, long stride) implements Panels, Lines {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        int elements = format.elements();
        long first = from / elements;
        int count = (int) ((from + depth + elements - 1) / elements - first);
        long wideBytes = 4L * count * elements;
        var scratch = Scratch.current();
        var kernel = provider.blocks(format);
        long wide = scratch.take(width * wideBytes), lent = scratch.take(kernel.scratchBytes(count));
        for (int j = 0; j < width; j++)
            kernel.unpack(address + (line + j) * this.stride + first * format.bytes(), count, wide + j * wideBytes,
                lent);
        provider.pack().transpose(wide + 4 * (from - first * elements), wideBytes, width, depth, stride, to);
        scratch.release(wide);
    }

    @Override public long piece(long first, long step, int count, int from, int depth, long to) {
        var kernel = provider.blocks(format);
        var scratch = Scratch.current();
        int blocks = depth / format.elements();
        long lent = scratch.take(kernel.scratchBytes(blocks));
        long at = address + first * stride + (long) from / format.elements() * format.bytes();
        for (int i = 0; i < count; i++) kernel.unpack(at + i * step * stride, blocks, to + 4L * i * depth, lent);
        scratch.release(lent);
        return to;
    }

    @Override public long pitch(long step, int depth) { return 4L * depth; }
}
