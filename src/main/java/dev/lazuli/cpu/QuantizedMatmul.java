package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products with weights in MLX's packings, which stay packed.
///
/// A few rows of x are multiplied with integers of 4 or 8 bits as they stream by. For more rows, and of other numbers,
/// each is unpacked once, into the cache, for [Dots] or panels of [Gemm]. Activations stay float32.
public final class QuantizedMatmul {
    private static final long GRAIN_BYTES = 1 << 14;

    /// Rows for which reading two lines again, now in cache, beats dequantising them.
    private static final int FEW = 4;

    private final Provider provider;
    private final Quantization format;

    public QuantizedMatmul(Provider provider, Quantization format) {
        this.provider = provider;
        this.format = format;
    }

    /// Writes x · wᵀ, or x · w if not `transpose`, as row-major (…, M, N) of the type of x.
    ///
    /// x is (…, M, K); words (…, N, K · bits / 32) and scales and biases (…, N, K / group), or without `transpose`
    /// (…, K, N · bits / 32) and (…, K, N / group). Leading axes of the weights broadcast. x is `float32`, `float16`
    /// or `bfloat16`; so are, of one type, scales and biases; in the floating-point modes scales are bytes.
    ///
    /// @param in x, words, scales, and in affine mode biases
    public void run(Operand[] in, boolean transpose, Operand out) {
        check(in, transpose, out);
        Operand x = in[0], words = in[1], scales = in[2], biases = in[in.length - 1];
        Batch.forEach(in, out, (at, to, rows) -> {
            var weights = new Weights(at[1], 4 * words.stride(-2), at[2], scales.stride(-2) * scales.dtype().bytes(),
                at[at.length - 1], biases.stride(-2) * biases.dtype().bytes());
            var left = new StridedPanels(provider, x.dtype(), at[0], x.stride(-2), x.stride(-1));
            int n = out.dim(-1), depth = x.dim(-1);
            if (!transpose)
                Gemm.multiply(provider, left, new PackedDepths(new Unpacking(format, scales.dtype(), weights)), rows, n,
                    depth, out.dtype(), to);
            else if (AffineFormat.supports(format))
                fast(left, rows, depth, new AffineFormat(format.bits(), format.group(), scales.dtype()), weights, n,
                    out.dtype(), to);
            else
                unpacked(new PackedLines(provider, new Unpacking(format, scales.dtype(), weights)), left, rows, depth,
                    n, out.dtype(), to);
        });
    }

    private void fast(StridedPanels x, int rows, int depth, AffineFormat format, Weights w, int n, Dtype type,
                      long out) {
        if (rows <= FEW) few(x, rows, depth, format, w, n, type, out);
        else unpacked(new AffineLines(provider, format, w), x, rows, depth, n, type, out);
    }

    private <T extends Panels & Lines> void unpacked(T w, StridedPanels x, int rows, int depth, int n, Dtype type,
                                                     long out) {
        if (rows <= Gemm.DOTS) Dots.run(w, n, x, rows, depth, type, out, 1, n);
        else Gemm.multiply(provider, x, w, rows, n, depth, type, out);
    }

    private void check(Operand[] in, boolean transpose, Operand out) {
        Operand x = in[0], words = in[1], scales = in[2];
        var last = in[in.length - 1]; // biases, or scales again
        int n = out.dim(-1), k = x.dim(-1), packed = transpose ? k : n, group = format.group();
        boolean scaled = format.isAffine() ? in.length == 4 && isNarrow(scales.dtype())
            && scales.dtype() == last.dtype() : in.length == 3 && scales.dtype() == Dtype.UINT8;
        if (x.dtype() != out.dtype() || !isNarrow(x.dtype()) || words.dtype() != Dtype.UINT32 || !scaled)
            throw new IllegalArgumentException("quantizedMatmul: got " + x.dtype() + " and " + words.dtype()
                + ", scales " + scales.dtype() + ", biases " + (in.length == 4 ? last.dtype() : "none") + " into "
                + out.dtype() + ", expected float32, float16 or bfloat16 and uint32, scales and biases alike");
        if (packed % group != 0 || 32L * words.dim(-1) != (long) packed * format.bits()
            || scales.dim(-1) != packed / group || last.dim(-1) != packed / group
            || words.dim(-2) != (transpose ? n : k) || scales.dim(-2) != words.dim(-2)
            || last.dim(-2) != words.dim(-2))
            throw new IllegalArgumentException("quantizedMatmul: shapes do not fit " + format
                + (transpose ? ", transposed" : "") + ": " + x.shape() + " · " + words.shape() + ", scales "
                + scales.shape() + ", biases " + last.shape() + " into " + out.shape());
        if (words.stride(-1) != 1 || scales.stride(-1) != 1 || last.stride(-1) != 1)
            throw new IllegalArgumentException("quantizedMatmul: expected weights whose last axis is contiguous");
    }

    private static boolean isNarrow(Dtype type) { return type.isFloat() && type != Dtype.FLOAT64; }

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

    /// A quantised matrix in memory; strides are in bytes, from a line to the next. Biases are those of affine mode.
    record Weights(long words, long wordStride, long scales, long scaleStride, long biases, long biasStride) {}
}
