package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products with weights in GGUF's blocks, as stored.
///
/// One or two rows of x are multiplied with the blocks as they stream by. More unpack each block once, into the cache,
/// for [Dots] or panels of [Gemm]. Activations stay float32.
public final class BlockMatmul {
    private static final long GRAIN_BYTES = 1 << 15;

    /// Vectors for which reading a line's blocks again, now in cache, beats unpacking them.
    private static final int FEW = 2;

    private final Provider provider;
    private final BlockFormat format;

    public BlockMatmul(Provider provider, BlockFormat format) {
        this.provider = provider;
        this.format = format;
    }

    /// Writes x · wᵀ as row-major (…, M, N) of the type of x.
    ///
    /// x is (…, M, K) of `float32`, `float16` or `bfloat16`; w (…, N, bytes of K elements), `uint8`, with a contiguous
    /// last axis. Leading axes of w broadcast.
    public void run(Operand x, Operand w, Operand out) {
        check(x, w, out);
        int n = out.dim(-1), depth = x.dim(-1);
        Batch.forEach(new Operand[] {x, w}, out, (at, to, rows) -> {
            var left = new StridedPanels(provider, x.dtype(), at[0], x.stride(-2), x.stride(-1));
            var lines = new BlockLines(provider, format, at[1], w.stride(-2));
            if (rows <= FEW) few(left, depth, at[1], w.stride(-2), rows, n, to);
            else if (rows <= Gemm.DOTS) Dots.run(lines, n, left, rows, depth, out.dtype(), to, 1, n);
            else Gemm.multiply(provider, left, lines, rows, n, depth, out.dtype(), to);
        });
    }

    private void check(Operand x, Operand w, Operand out) {
        if (x.dtype() != out.dtype() || !x.dtype().isFloat() || x.dtype() == Dtype.FLOAT64
            || w.dtype() != Dtype.UINT8)
            throw new IllegalArgumentException("blockMatmul: got " + x.dtype() + " and " + w.dtype() + " into "
                + out.dtype() + ", expected float32, float16 or bfloat16 and uint8");
        if (x.dim(-1) % format.elements() != 0 || w.dim(-1) != x.dim(-1) / format.elements() * format.bytes()
            || w.dim(-2) != out.dim(-1) || x.dim(-2) != out.dim(-2))
            throw new IllegalArgumentException("blockMatmul: shapes do not fit " + format + ": " + x.shape() + " · "
                + w.shape() + " into " + out.shape());
        if (w.stride(-1) != 1 && w.dim(-1) > 1)
            throw new IllegalArgumentException("blockMatmul: expected weights whose last axis is contiguous");
    }

    private void few(StridedPanels x, int depth, long w, long stride, int rows, int n, long out) {
        var kernel = provider.blocks(format);
        var type = x.type();
        var scratch = Scratch.current();
        int count = depth / format.elements();
        long each = kernel.preparedBytes(depth), prepared = scratch.take(rows * each), plain = scratch.take(4L * depth);
        try {
            for (int v = 0; v < rows; v++) {
                Matvec.gather(x.from(v), 1, 1, depth, plain);
                kernel.prepare(plain, depth, prepared + v * each);
            }
            new Streams(BlockKernel.LINES, n).forEach(GRAIN_BYTES / Math.max(1, (long) count * format.bytes()), rows,
                (first, step, v, lent) -> {
                    long sums = lent + BlockKernel.SCRATCH;
                    kernel.lines(w + first * stride, step * stride, count, prepared + v * each, lent, sums);
                    // a line alone is computed twice
                    for (int i = 0; i < (step == 0 ? 1 : BlockKernel.LINES); i++)
                        Elements.putDouble(type, out + ((long) v * n + first + i * step) * type.bytes(),
                            ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * i));
                });
        } finally {
            scratch.release(prepared);
        }
    }
}
