package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.type.Dtype;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Products with weights in MLX's affine format, which stay packed.
///
/// Up to 8 rows of x stream the weights once. More dequantise one panel at a time into the cache and run at the speed
/// of [Gemm]. Activations stay float32.
public final class QuantizedMatmul {
    private static final long GRAIN_BYTES = 1 << 15;

    private static final int LINES = Streams.COUNT;

    /// Groups of a stream whose scales are converted at a time: each block waits for memory once. With 256 a product
    /// was a tenth slower; 1024 were no faster.
    private static final int BLOCK = 512;
    private static final int ROWS = 16;

    /// The kernels read a vector beyond the last scale.
    private static final int BEYOND = 64;

    private final Provider provider;
    private final int bits;
    private final int group;
    private final QuantizedKernel kernel;

    /// @param bits 4 or 8
    /// @param group 32, 64 or 128 numbers share a scale and a bias
    public QuantizedMatmul(Provider provider, int bits, int group) {
        if (bits != 4 && bits != 8 || group != 32 && group != 64 && group != 128)
            throw new IllegalArgumentException("quantizedMatmul: got " + bits + " bits and groups of " + group
                + ", expected 4 or 8 bits and groups of 32, 64 or 128");
        this.provider = provider;
        this.bits = bits;
        this.group = group;
        kernel = provider.quantized(bits);
    }

    public static boolean supports(int bits, int group) {
        return (bits == 4 || bits == 8) && (group == 32 || group == 64 || group == 128);
    }

    /// Writes x · wᵀ, or x · w if not `transpose`, as row-major (…, M, N) of the type of x.
    ///
    /// x is (…, M, K); words (…, N, K · bits / 32) and scales and biases (…, N, K / group), or without `transpose`
    /// (…, K, N · bits / 32) and (…, K, N / group). Leading axes of the weights broadcast. x is `float32`, `float16`
    /// or `bfloat16`, scales and biases one of these.
    public void run(Operand x, Operand words, Operand scales, Operand biases, boolean transpose, Operand out) {
        check(x, words, scales, biases, transpose, out);
        Batch.forEach(new Operand[] {x, words, scales, biases}, out, (at, to, rows) -> {
            var weights = new Weights(bits, group, at[1], 4 * words.stride(-2), scales.dtype(),
                at[2], scales.stride(-2) * scales.dtype().bytes(), biases.dtype(),
                at[3], biases.stride(-2) * biases.dtype().bytes());
            var left = new StridedPanels(provider, x.dtype(), at[0], x.stride(-2), x.stride(-1));
            if (transpose && rows <= Gemm.SKINNY)
                skinny(left, x.dim(-1), weights, rows, out.dim(-1), out.dtype(), to);
            else
                Gemm.multiply(provider, left,
                    transpose ? new AffineLines(provider, weights) : new AffineDepths(weights),
                    rows, out.dim(-1), x.dim(-1), out.dtype(), to);
        });
    }

    private void check(Operand x, Operand words, Operand scales, Operand biases, boolean transpose, Operand out) {
        int n = out.dim(-1), k = x.dim(-1), packed = transpose ? k : n;
        if (x.dtype() != out.dtype() || !x.dtype().isFloat() || x.dtype() == Dtype.FLOAT64
            || words.dtype() != Dtype.UINT32)
            throw new IllegalArgumentException("quantizedMatmul: got " + x.dtype() + " and " + words.dtype() + " into "
                + out.dtype() + ", expected float32, float16 or bfloat16 and uint32");
        if (packed % group != 0 || words.dim(-1) != packed / (32 / bits) || scales.dim(-1) != packed / group
            || biases.dim(-1) != packed / group || words.dim(-2) != (transpose ? n : k)
            || scales.dim(-2) != words.dim(-2) || biases.dim(-2) != words.dim(-2))
            throw new IllegalArgumentException("quantizedMatmul: shapes do not fit " + bits + " bits in groups of "
                + group + (transpose ? ", transposed" : "") + ": " + x.shape() + " · " + words.shape() + ", scales "
                + scales.shape() + ", biases " + biases.shape() + " into " + out.shape());
        if (words.stride(-1) != 1 || scales.stride(-1) != 1 || biases.stride(-1) != 1)
            throw new IllegalArgumentException("quantizedMatmul: expected weights whose last axis is contiguous");
    }

    private void skinny(StridedPanels x, int depth, Weights w, int vectors, int n, Dtype type, long out) {
        int groups = depth / group, padded = vectors == 1 ? 1 : (vectors + 3) / 4 * 4;
        var scratch = Scratch.current();
        long plain = scratch.take(4L * padded * depth);
        long prepared = scratch.take(4L * padded * depth), sums = scratch.take(4L * padded * groups);
        try {
            Matvec.gather(x, vectors, padded, depth, plain);
            for (int v = 0; v < padded; v++) kernel.prepare(plain + 4L * v * depth, depth, prepared + 4L * v * depth);
            for (int g = 0; g < padded * groups; g++)
                ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * g, provider.rows().sum(plain + 4L * g * group, group));
            long grain = Math.max(1, GRAIN_BYTES / w.lineBytes(depth) / ROWS) * ROWS;
            Workers.forRange(n, grain, (from, to) -> {
                if (vectors == 1) Streams.forEach(from, to, Math.max(1, BLOCK / groups), (first, count, step) ->
                    streams(w, first, count, step, depth, prepared, sums, type, out));
                else
                    for (long j = from; j < to; j += ROWS)
                        lines(w, j, (int) Math.min(ROWS, to - j), depth, vectors, prepared, sums, n, type, out);
            });
        } finally {
            scratch.release(plain);
        }
    }

    // With a step of 0 one line is computed four times.
    private void streams(Weights w, long first, int count, long step, int depth, long x, long groupSums,
                         Dtype type, long out) {
        int lines = step == 0 ? 1 : LINES, groups = depth / group;
        long next = 4L * count * groups;
        var scratch = Scratch.current();
        long results = scratch.take(4 * LINES);
        long scales = scratch.take(LINES * next + BEYOND), biases = scratch.take(LINES * next);
        for (int i = 0; i < lines; i++) {
            w.load(provider, w.scaleType(), w.scales(), w.scaleStride(), first + i * step, count, groups,
                scales + i * next);
            w.load(provider, w.biasType(), w.biases(), w.biasStride(), first + i * step, count, groups,
                biases + i * next);
        }
        for (int j = 0; j < count; j++) {
            kernel.lines(w.words() + (first + j) * w.wordStride(), step * w.wordStride(), scales + 4L * j * groups,
                step == 0 ? 0 : next, biases + 4L * j * groups, step == 0 ? 0 : next, depth, group, x, groupSums,
                results);
            for (int i = 0; i < lines; i++)
                Elements.putDouble(type, out + (first + j + i * step) * type.bytes(),
                    ALL.get(JAVA_FLOAT_UNALIGNED, results + 4L * i));
        }
        scratch.release(results);
    }

    /// Products of several vectors with lines that follow each other.
    private void lines(Weights w, long first, int count, int depth, int vectors, long x, long groupSums, int n,
                       Dtype type, long out) {
        int groups = depth / group;
        var scratch = Scratch.current();
        long results = scratch.take(16), offsets = scratch.take(16);
        long scales = scratch.take(4L * count * groups + BEYOND), biases = scratch.take(4L * count * groups);
        w.load(provider, w.scaleType(), w.scales(), w.scaleStride(), first, count, groups, scales);
        w.load(provider, w.biasType(), w.biases(), w.biasStride(), first, count, groups, biases);
        for (int i = 0; i < count; i++) {
            long line = w.words() + (first + i) * w.wordStride(), scale = scales + 4L * i * groups;
            long bias = biases + 4L * i * groups, to = out + (first + i) * type.bytes();
            for (int v = 0; v < vectors; v++) {
                if (v % LINES == 0) {
                    kernel.vectors(line, scale, depth, group, x + 4L * v * depth, results);
                    provider.matvec().dot4(bias, groupSums + 4L * v * groups, groups, offsets);
                }
                long at = 4L * (v % LINES);
                Elements.putDouble(type, to + (long) v * n * type.bytes(),
                    ALL.get(JAVA_FLOAT_UNALIGNED, results + at) + ALL.get(JAVA_FLOAT_UNALIGNED, offsets + at));
            }
        }
        scratch.release(results);
    }

    /// A quantised matrix in memory; strides are in bytes, from a line to the next.
    record Weights(int bits, int group, long words, long wordStride, Dtype scaleType, long scales, long scaleStride,
                   Dtype biasType, long biases, long biasStride) {

        long lineBytes(int depth) { return Math.max(1, (long) depth * bits / 8); }

        /// Copies the scales or the biases of some lines as float32, without gaps.
        void load(Provider provider, Dtype type, long from, long stride, long first, int count, int groups, long to) {
            long at = from + first * stride;
            if (stride == (long) groups * type.bytes()) provider.rows().load(type, at, (long) count * groups, to);
            else
                for (int i = 0; i < count; i++)
                    provider.rows().load(type, at + i * stride, groups, to + 4L * i * groups);
        }
    }
}
