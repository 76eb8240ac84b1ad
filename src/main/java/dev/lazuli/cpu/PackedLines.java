package dev.lazuli.cpu;

/// A matrix packed along its depth in any way. What is touched is unpacked, and for panels transposed.
record PackedLines(Provider provider, Unpacking numbers) implements Panels, Lines {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        var scratch = Scratch.current();
        long wide = scratch.take(4L * width * depth);
        for (int j = 0; j < width; j++) numbers.unpack(line + j, (int) from, depth, wide + 4L * j * depth);
        provider.pack().transpose(wide, 4L * depth, width, depth, stride, to);
        scratch.release(wide);
    }

    @Override public long piece(long first, long step, int count, int from, int depth, long to) {
        for (int i = 0; i < count; i++) numbers.unpack(first + i * step, from, depth, to + 4L * i * depth);
        return to;
    }

    @Override public long pitch(long step, int depth) { return 4L * depth; }
}
