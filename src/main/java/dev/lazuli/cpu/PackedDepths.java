package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;

import java.lang.foreign.MemorySegment;

/// Panels of a matrix packed across its depth, as the gradient of a quantised layer reads it.
record PackedDepths(Unpacking numbers) implements Panels {

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        // whole runs of eight numbers
        int first = (int) line & -8, count = ((int) line + width + 7 & -8) - first;
        var scratch = Scratch.current();
        long wide = scratch.take(4L * count);
        for (int k = 0; k < depth; k++, to += 4L * stride) {
            numbers.unpack(from + k, first, count, wide);
            MemorySegment.copy(Ram.ALL, wide + 4 * (line - first), Ram.ALL, to, 4L * width);
            if (stride > width) Ram.ALL.asSlice(to + 4L * width, 4L * (stride - width)).fill((byte) 0);
        }
        scratch.release(wide);
    }
}
