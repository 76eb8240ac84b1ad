package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// The matrix product: packed, cut into blocks of the caches' sizes, spread over the workers.
///
/// The left operand is packed once, tile by tile. Each task owns a strip of columns; it packs one block of the right
/// operand after another, small enough to stay in its second-level cache, and runs every tile of the left operand over
/// it. A tile stays in the first-level cache for a whole block. So packing costs one pass over each operand, and
/// nothing but the start and the end synchronises.
public final class Gemm {
    /// Bytes of one line of a panel: 12 lines are 18 KiB and leave room in a first-level cache of 32 KiB.
    private static final int DEPTH_BYTES = 1536;

    /// Panels of a block of the right operand: 10 panels of 32 floats are 480 KiB, half of a second-level cache.
    private static final int MAX_PANELS = 10;
    private static final int MIN_PANELS = 4;

    /// Bytes of the packed left operand, which every strip reads again: more are multiplied slab by slab, to stay in a
    /// third-level cache; but not of fewer rows than make up for packing the right operand again.
    private static final long SLAB = 4 << 20;
    private static final long SLAB_ROWS = 512;
    private static final int TASKS_PER_THREAD = 4;

    /// Multiplications that are worth a dispatch of their own.
    private static final long GRAIN = 1 << 16;

    /// Rows for which streaming the right operand's rows once beats packing them.
    static final int SKINNY = 8;

    /// Rows for which reading lines of half types again, now in cache, beats widening them once.
    private static final int FEW = 4;
    private static final int FEW_BRAIN = 8;

    /// Rows for which [Dots] are faster, where the right operand's columns lie in one piece.
    static final int DOTS = 64;

    private Gemm() {}

    /// Multiplies a [.., M, K] by b [.., K, N] into out [.., M, N].
    ///
    /// Leading axes are equal; strides are free, 0 among them. `out` is row-major, `float16`, `bfloat16`, `float32` or
    /// `float64`; operands are of its type, or of a half type if it is `float32`. Half types are summed in float32.
    /// K = 0 gives zeros.
    public static void run(Operand a, Operand b, Operand out) { run(Provider.chosen(), a, b, out); }

    static void run(Provider provider, Operand a, Operand b, Operand out) {
        run(provider, BlasProducts.CHOSEN.get(), a, b, out);
    }

    static void run(Provider provider, @Nullable BlasProducts library, Operand a, Operand b, Operand out) {
        check(a, b, out);
        Batch.forEach(new Operand[] {a, b}, out, (in, to, rows) -> {
            var left = new StridedPanels(provider, a.dtype(), in[0], a.stride(-2), a.stride(-1));
            var right = new StridedPanels(provider, b.dtype(), in[1], b.stride(-1), b.stride(-2));
            int n = out.dim(-1), k = a.dim(-1);
            if (library != null && library.run(left, right, rows, n, k, out.dtype(), to)) return;
            matrix(provider, left, right, rows, n, k, out.dtype(), to);
        });
    }

    private static void check(Operand a, Operand b, Operand out) {
        var type = out.dtype();
        if (!type.isFloat() || !fits(a.dtype(), type) || !fits(b.dtype(), type))
            throw new IllegalArgumentException("matmul: got " + a.dtype() + " and " + b.dtype() + " into " + type
                + ", expected one floating-point type, or half types into float32");
        if (a.dim(-1) != b.dim(-2) || a.dim(-2) != out.dim(-2) || b.dim(-1) != out.dim(-1))
            throw new IllegalArgumentException(
                "matmul: shapes do not fit: " + a.shape() + " · " + b.shape() + " into " + out.shape());
    }

    private static boolean fits(Dtype operand, Dtype out) {
        return operand == out || out == Dtype.FLOAT32 && operand.isFloat() && operand.bytes() < 4;
    }

    private static void matrix(Provider provider, StridedPanels a, StridedPanels b, int m, int n, int k, Dtype type,
                               long out) {
        if (type != Dtype.FLOAT64 && k > 0) {
            if (b.depthStride() == 1 && dots(b, n, a, m, k, type, out, 1, n)) return;
            if (a.depthStride() == 1 && dots(a, m, b, n, k, type, out, n, 1)) return;
            if (m <= SKINNY && b.lineStride() == 1) {
                Matvec.columns(b, n, a, m, k, type, out);
                return;
            }
        }
        multiply(provider, a, b, m, n, k, type, out);
    }

    /// Products of some rows with lines in one piece, results so many elements apart; false if there are too many.
    private static boolean dots(StridedPanels lines, int count, StridedPanels x, int rows, int depth, Dtype type,
                                long out, long outLine, long outRow) {
        int few = switch (lines.type()) {
            case FLOAT16 -> FEW;
            case BFLOAT16 -> FEW_BRAIN;
            default -> 0;
        };
        if (rows == 1 && few == 0) Matvec.row(lines, count, x, depth, type, out);
        else if (rows <= few) Matvec.halves(lines, count, x, rows, depth, type, out, outLine, outRow);
        else if (rows <= (x.depthStride() == 1 ? DOTS : DOTS / 4))
            Dots.run(lines, count, x, rows, depth, type, out, outLine, outRow);
        else return false;
        return true;
    }

    /// Multiplies two matrices that can be packed, into the row-major matrix at `out`.
    static void multiply(Provider provider, Panels a, Panels b, int m, int n, int k, Dtype type, long out) {
        if (m == 0 || n == 0) return;
        if (k == 0) {
            Ram.zero(out, (long) m * n * type.bytes());
            return;
        }
        var sum = type == Dtype.FLOAT64 ? type : Dtype.FLOAT32;
        var kernel = provider.gemm(sum);
        int block = DEPTH_BYTES / sum.bytes();
        int slabDepth = Math.min(k, 16 * block);
        long lineBytes = (long) slabDepth * sum.bytes(), most = Math.max(SLAB_ROWS, SLAB / lineBytes);
        long slabs = Math.max(1, (m + most / 2) / most);
        int tiles = (int) ((m + slabs * kernel.rows() - 1) / (slabs * kernel.rows())), slabRows = tiles * kernel.rows();
        var scratch = Scratch.current();
        long packed = scratch.take(slabRows * lineBytes);
        try {
            for (int row = 0; row < m; row += slabRows)
                new Slab(provider, kernel, sum, b, row, Math.min(slabRows, m - row), n, k, type, out, packed, block,
                    slabDepth).run(a);
        } finally {
            scratch.release(packed);
        }
    }

    /// The rows of the left operand that are packed at a time, and all that is computed of them.
    private record Slab(Provider provider, GemmKernel kernel, Dtype sum, Panels b, int row, int rows, int n, int k,
                        Dtype type, long out, long packed, int block, int slabDepth) {

        void run(Panels a) {
            long to = out + (long) row * n * type.bytes();
            if (type == sum) {
                sum(a, to);
                return;
            }
            var scratch = Scratch.current();
            long wide = scratch.take((long) rows * n * sum.bytes());
            try {
                sum(a, wide);
                Workers.forRange((long) rows * n, 1 << 15, (from, last) ->
                    provider.rows().store(wide + 4 * from, last - from, type, to + type.bytes() * from));
            } finally {
                scratch.release(wide);
            }
        }

        private void sum(Panels a, long c) {
            for (int from = 0; from < k; from += slabDepth) {
                int depth = Math.min(slabDepth, k - from);
                pack(a, from, depth);
                product(from, depth, c);
            }
        }

        private void pack(Panels a, int from, int depth) {
            int r = kernel.rows();
            int tiles = (rows + r - 1) / r;
            Workers.forRange(tiles, Math.max(1, GRAIN / ((long) r * depth)), (first, last) -> {
                for (int t = (int) first; t < last; t++)
                    a.pack(row + t * r, Math.min(r, rows - t * r), from, depth, r,
                        packed + (long) t * r * depth * sum.bytes());
            });
        }

        private void product(int from, int depth, long c) {
            int columns = kernel.columns();
            int panels = (n + columns - 1) / columns;
            int least = Math.min(MIN_PANELS, (panels + Workers.count() - 1) / Workers.count());
            int width = Math.clamp(panels / (TASKS_PER_THREAD * Workers.count()), least, MAX_PANELS);
            int strips = (panels + width - 1) / width;
            int tiles = (rows + kernel.rows() - 1) / kernel.rows();
            int parts = Math.clamp((2 * Workers.count() + strips - 1) / strips, 1, Math.max(1, tiles / 8));
            int part = (tiles + parts - 1) / parts;
            long grain = Math.max(1, GRAIN / ((long) part * kernel.rows() * width * columns * depth));
            Workers.forRange((long) strips * parts, grain, (first, last) -> {
                long blockBytes = (long) block * width * columns * sum.bytes();
                long tileBytes = (long) kernel.rows() * columns * sum.bytes();
                var scratch = Scratch.current();
                long packedB = scratch.take(blockBytes + tileBytes);
                try {
                    for (long t = first; t < last; t++) {
                        int panel = (int) (t / parts) * width;
                        int tile = (int) (t % parts) * part;
                        strip(panel, Math.min(panels, panel + width), tile, Math.min(tiles, tile + part), from, depth,
                            c, packedB, packedB + blockBytes);
                    }
                } finally {
                    scratch.release(packedB);
                }
            });
        }

        private void strip(int panel, int lastPanel, int first, int last, int from, int depth, long c,
                           long packedB, long tile) {
            int r = kernel.rows(), s = kernel.columns();
            long size = sum.bytes();
            for (int k0 = 0; k0 < depth; k0 += block) {
                int d = Math.min(block, depth - k0);
                boolean add = from + k0 > 0;
                for (int p = panel; p < lastPanel; p++)
                    b.pack(p * s, Math.min(s, n - p * s), from + k0, d, s, packedB + (p - panel) * s * d * size);
                for (int t = first; t < last; t++) {
                    long tileA = packed + ((long) t * r * depth + (long) r * k0) * size;
                    int high = Math.min(r, rows - t * r);
                    for (int p = panel; p < lastPanel; p++) {
                        kernel.multiply(tileA, packedB + (p - panel) * s * d * size, d, tile);
                        kernel.put(tile, c + ((long) t * r * n + (long) p * s) * size, n * size, high,
                            Math.min(s, n - p * s), add);
                    }
                }
            }
        }
    }
}
