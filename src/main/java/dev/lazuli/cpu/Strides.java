package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;

/// Where the rows of a strided operand begin.
final class Strides {
    private Strides() {}

    /// Address of position `index`, counted in row-major order over the first `axes` axes, the others at 0.
    static long address(Operand x, int axes, long index) {
        long offset = 0;
        for (int i = axes - 1; i > 0; i--) {
            int n = x.dim(i);
            offset += index % n * x.stride(i);
            index /= n;
        }
        if (axes > 0) offset += index * x.stride(0);
        return x.address() + offset * x.dtype().bytes();
    }

    /// Number of positions over the first `axes` axes.
    static long count(Operand x, int axes) {
        long n = 1;
        for (int i = 0; i < axes; i++) n *= x.dim(i);
        return n;
    }

    /// Rows of `n` elements that make a chunk of work worth a thread.
    static long grain(long n) { return Math.max(1, (1 << 14) / Math.max(1, n)); }
}
