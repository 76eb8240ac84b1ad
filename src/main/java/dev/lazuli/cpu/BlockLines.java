package dev.lazuli.cpu;

import dev.lazuli.type.BlockFormat;

/// Panels of a matrix whose lines are GGUF's blocks: the blocks that a panel touches are unpacked, then transposed.
///
/// @param stride bytes from a line to the next
record BlockLines(Provider provider, BlockFormat format, long address, long stride) implements Panels {

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
}
