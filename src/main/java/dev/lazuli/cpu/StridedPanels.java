package dev.lazuli.cpu;

import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// A strided matrix, packed in the type it is summed in; strides are in elements.
record StridedPanels(Provider provider, Dtype type, long address, long lineStride, long depthStride)
    implements Panels, Lines {

    /// The matrix without its first lines.
    StridedPanels from(long line) {
        return new StridedPanels(provider, type, address + line * lineStride * type.bytes(), lineStride, depthStride);
    }

    /// The matrix without its first depths.
    StridedPanels after(long depth) {
        return new StridedPanels(provider, type, address + depth * depthStride * type.bytes(), lineStride, depthStride);
    }

    @Override public void pack(long line, int width, long from, int depth, int stride, long to) {
        long at = address + (line * lineStride + from * depthStride) * type.bytes();
        if (type == Dtype.FLOAT64) pack64(at, width, depth, stride, to);
        else if (depthStride == 1) lines(at, width, depth, stride, to);
        else if (lineStride == 1) depths(at, width, depth, stride, to);
        else pack32(at, width, depth, stride, to);
    }

    /// Lines that lie in one piece, of any type but `float64`.
    @Override public long piece(long first, long step, int count, int from, int depth, long to) {
        long at = address + (first * lineStride + from) * type.bytes();
        if (type == Dtype.FLOAT32) return at;
        for (int i = 0; i < count; i++)
            provider.rows().load(type, at + i * step * lineStride * type.bytes(), depth, to + 4L * i * depth);
        return to;
    }

    @Override public long pitch(long step, int depth) {
        return 4 * (type == Dtype.FLOAT32 ? step * lineStride : depth);
    }

    /// Lines lie in one piece: they are transposed, halves by way of scratch.
    private void lines(long at, int width, int depth, int stride, long to) {
        if (type == Dtype.FLOAT32) {
            provider.pack().transpose(at, 4 * lineStride, width, depth, stride, to);
            return;
        }
        var scratch = Scratch.current();
        long wide = scratch.take(4L * width * depth);
        for (int j = 0; j < width; j++)
            provider.rows().load(type, at + 2L * j * lineStride, depth, wide + 4L * j * depth);
        provider.pack().transpose(wide, 4L * depth, width, depth, stride, to);
        scratch.release(wide);
    }

    private void depths(long at, int width, int depth, int stride, long to) {
        if (type == Dtype.FLOAT32) {
            provider.pack().copy(at, 4 * depthStride, width, depth, stride, to);
            return;
        }
        long size = type.bytes();
        for (int k = 0; k < depth; k++, to += 4L * stride) {
            provider.rows().load(type, at + k * depthStride * size, width, to);
            for (int j = width; j < stride; j++) ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * j, 0);
        }
    }

    private void pack32(long at, int width, int depth, int stride, long to) {
        long size = type.bytes();
        for (int k = 0; k < depth; k++, to += 4L * stride)
            for (int j = 0; j < stride; j++)
                ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * j,
                    j < width ? (float) Elements.getDouble(type, at + (j * lineStride + k * depthStride) * size) : 0);
    }

    private void pack64(long at, int width, int depth, int stride, long to) {
        if (lineStride == 1) { // numbers are moved only: one is as good as two of half its size
            provider.pack().copy(at, 8 * depthStride, 2 * width, depth, 2 * stride, to);
            return;
        }
        for (int j = 0; j < stride; j++) {
            long line = Ram.bounded(at + 8 * j * lineStride), panel = Ram.bounded(to + 8L * j);
            if (j < width)
                for (int k = 0; k < depth; k++)
                    ALL.set(JAVA_DOUBLE_UNALIGNED, panel + 8 * stride * Ram.index(k),
                        ALL.get(JAVA_DOUBLE_UNALIGNED, line + 8 * depthStride * Ram.index(k)));
            else
                for (int k = 0; k < depth; k++) ALL.set(JAVA_DOUBLE_UNALIGNED, panel + 8 * stride * Ram.index(k), 0);
        }
    }
}
