package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products with weights in MLX's affine format, which stay packed.
///
/// A few rows of x are multiplied with the weights as they stream by. More dequantise each number once, into the cache,
/// for [Dots] or panels of [Gemm]. Activations stay float32.
public final class QuantizedMatmul {
    private static final long GRAIN_BYTES = 1 << 14;

    /// Rows for which reading two lines again, now in cache, beats dequantising them.
    private static final int FEW = 4;

    private final Provider provider;
    private final int bits;
    private final int group;

    /// @param bits 4 or 8
    /// @param group 32, 64 or 128 numbers share a scale and a bias
    public QuantizedMatmul(Provider provider, int bits, int group) {
        this.provider = provider;
        this.bits = bits;
        this.group = group;
    }

    public static boolean supports(int bits, int group) { return AffineFormat.supports(bits, group); }

    /// Writes x · wᵀ, or x · w if not `transpose`, as row-major (…, M, N) of the type of x.
    ///
    /// x is (…, M, K); words (…, N, K · bits / 32) and scales and biases (…, N, K / group), or without `transpose`
    /// (…, K, N · bits / 32) and (…, K, N / group). Leading axes of the weights broadcast. x is `float32`, `float16`
    /// or `bfloat16`; so are, of one type, scales and biases.
    public void run(Operand x, Operand words, Operand scales, Operand biases, boolean transpose, Operand out) {
        check(x, words, scales, biases, transpose, out);
        var format = new AffineFormat(bits, group, scales.dtype());
        Batch.forEach(new Operand[] {x, words, scales, biases}, out, (at, to, rows) -> {
            long bytes = scales.dtype().bytes();
            var weights = new Weights(at[1], 4 * words.stride(-2), at[2], scales.stride(-2) * bytes,
                at[3], biases.stride(-2) * bytes);
            var left = new StridedPanels(provider, x.dtype(), at[0], x.stride(-2), x.stride(-1));
            var lines = new AffineLines(provider, format, weights);
            int n = out.dim(-1), depth = x.dim(-1);
            if (transpose && rows <= FEW)
                few(left, rows, depth, format, weights, n, out.dtype(), to);
            else if (transpose && rows <= Gemm.DOTS)
                Dots.run(lines, n, left, rows, depth, out.dtype(), to, 1, n);
            else
                Gemm.multiply(provider, left, transpose ? lines : new AffineDepths(format, weights), rows, n, depth,
                    out.dtype(), to);
        });
    }

    private void check(Operand x, Operand words, Operand scales, Operand biases, boolean transpose, Operand out) {
        int n = out.dim(-1), k = x.dim(-1), packed = transpose ? k : n;
        if (x.dtype() != out.dtype() || !x.dtype().isFloat() || x.dtype() == Dtype.FLOAT64
            || words.dtype() != Dtype.UINT32 || scales.dtype() != biases.dtype())
            throw new IllegalArgumentException("quantizedMatmul: got " + x.dtype() + " and " + words.dtype()
                + ", scales " + scales.dtype() + ", biases " + biases.dtype() + " into " + out.dtype()
                + ", expected float32, float16 or bfloat16 and uint32, scales and biases alike");
        if (packed % group != 0 || words.dim(-1) != packed / (32 / bits) || scales.dim(-1) != packed / group
            || biases.dim(-1) != packed / group || words.dim(-2) != (transpose ? n : k)
            || scales.dim(-2) != words.dim(-2) || biases.dim(-2) != words.dim(-2))
            throw new IllegalArgumentException("quantizedMatmul: shapes do not fit " + bits + " bits in groups of "
                + group + (transpose ? ", transposed" : "") + ": " + x.shape() + " · " + words.shape() + ", scales "
                + scales.shape() + ", biases " + biases.shape() + " into " + out.shape());
        if (words.stride(-1) != 1 || scales.stride(-1) != 1 || biases.stride(-1) != 1)
            throw new IllegalArgumentException("quantizedMatmul: expected weights whose last axis is contiguous");
    }

    private void few(StridedPanels x, int rows, int depth, AffineFormat format, Weights w, int n, Dtype type,
                     long out) {
        var kernel = provider.quantized(format);
        var scratch = Scratch.current();
        long each = kernel.preparedBytes(depth), prepared = scratch.take(rows * each), plain = scratch.take(4L * depth);
        try {
            for (int v = 0; v < rows; v++) {
                Matvec.gather(x.from(v), 1, 1, depth, plain);
                kernel.prepare(plain, depth, prepared + v * each);
            }
            new Streams(QuantizedKernel.LINES, n).forEach(GRAIN_BYTES / Math.max(1, format.lineBytes(depth)), rows,
                (first, step, v, lent) -> {
                    long sums = lent + QuantizedKernel.SCRATCH;
                    kernel.lines(w.words() + first * w.wordStride(), step * w.wordStride(),
                        w.scales() + first * w.scaleStride(), step * w.scaleStride(),
                        w.biases() + first * w.biasStride(), step * w.biasStride(), depth, prepared + v * each, lent,
                        sums);
                    // a line alone is computed twice
                    for (int i = 0; i < (step == 0 ? 1 : QuantizedKernel.LINES); i++)
                        Elements.putDouble(type, out + ((long) v * n + first + i * step) * type.bytes(),
                            ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4L * i));
                });
        } finally {
            scratch.release(prepared);
        }
    }

    /// A quantised matrix in memory; strides are in bytes, from a line to the next.
    record Weights(long words, long wordStride, long scales, long scaleStride, long biases, long biasStride) {}
}
