package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products with weights in GGUF's blocks, as stored.
///
/// One row of x is multiplied with the blocks as they stream by. Up to 8 rows unpack each line once, into the cache;
/// more unpack one panel at a time and run at the speed of [Gemm]. Activations stay float32.
public final class BlockMatmul {
    private static final long GRAIN_BYTES = 1 << 15;

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
            if (rows <= Gemm.SKINNY) skinny(x, at[0], at[1], w.stride(-2), rows, n, to);
            else
                Gemm.multiply(provider, new StridedPanels(provider, x.dtype(), at[0], x.stride(-2), x.stride(-1)),
                    new BlockLines(provider, format, at[1], w.stride(-2)), rows, n, depth, out.dtype(), to);
        });
    }

    private void check(Operand x, Operand w, Operand out) {
        if (x.dtype() != out.dtype() || !x.dtype().isFloat() || x.dtype() == Dtype.FLOAT64 || w.dtype() != Dtype.UINT8)
            throw new IllegalArgumentException("blockMatmul: got " + x.dtype() + " and " + w.dtype() + " into "
                + out.dtype() + ", expected float32, float16 or bfloat16 and uint8");
        if (x.dim(-1) % format.elements() != 0 || w.dim(-1) != x.dim(-1) / format.elements() * format.bytes()
            || w.dim(-2) != out.dim(-1) || x.dim(-2) != out.dim(-2))
            throw new IllegalArgumentException("blockMatmul: shapes do not fit " + format + ": " + x.shape() + " · "
                + w.shape() + " into " + out.shape());
        if (w.stride(-1) != 1 && w.dim(-1) > 1)
            throw new IllegalArgumentException("blockMatmul: expected weights whose last axis is contiguous");
    }

    private void skinny(Operand x, long xAt, long w, long stride, int vectors, int n, long out) {
        var kernel = provider.blocks(format);
        var type = x.dtype();
        int depth = x.dim(-1), padded = vectors == 1 ? 1 : (vectors + 3) / 4 * 4;
        var scratch = Scratch.current();
        long plain = scratch.take(4L * padded * depth);
        try {
            Matvec.gather(provider, type, xAt, x.stride(-2), x.stride(-1), vectors, padded, depth, plain);
            long grain = Math.max(1, GRAIN_BYTES / Math.max(1, w(depth)));
            if (vectors > 1)
                Workers.forRange(n, grain, (from, to) -> several(kernel, w, stride, from, to, plain, vectors, depth, type, out, n));
            else {
                long prepared = scratch.take(kernel.preparedBytes(depth));
                kernel.prepare(plain, depth, prepared);
                Workers.forRange(n, grain, (from, to) -> one(kernel, w, stride, from, to, prepared, depth, type, out));
            }
        } finally {
            scratch.release(plain);
        }
    }

    /// Bytes of a line.
    private long w(int depth) { return (long) depth / format.elements() * format.bytes(); }

    private void one(BlockKernel kernel, long w, long stride, long from, long to, long x, int depth, Dtype type, long out) {
        var scratch = Scratch.current();
        int count = depth / format.elements();
        long lent = scratch.take(kernel.scratchBytes(count));
        for (long j = from; j < to; j++)
            Elements.putDouble(type, out + j * type.bytes(), kernel.dot(w + j * stride, count, x, lent));
        scratch.release(lent);
    }

    private void several(BlockKernel kernel, long w, long stride, long from, long to, long x, int vectors, int depth,
                         Dtype type, long out, int n) {
        var scratch = Scratch.current();
        int count = depth / format.elements();
        long line = scratch.take(4L * depth), lent = scratch.take(kernel.scratchBytes(count)), sums = scratch.take(16);
        for (long j = from; j < to; j++) {
            kernel.unpack(w + j * stride, count, line, lent);
            for (int v = 0; v < vectors; v++) {
                if (v % 4 == 0) provider.matvec().dot4(line, x + 4L * v * depth, depth, sums);
                Elements.putDouble(type, out + (v * (long) n + j) * type.bytes(),
                    ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * (v % 4)));
            }
        }
        scratch.release(line);
    }
}
