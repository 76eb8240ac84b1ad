package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The scores of attention, a block of keys against a block of queries at a time, and what is hidden from whom.
///
/// The queries of all heads that share a key head form one list, position by position; a block of them is as wide as
/// four vectors, so a group of 8 heads that decode one token reads the cache once. A unit is (outer axes and key head,
/// block of queries). Tiles of scores are keys × queries.
final class AttentionScores {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long TWO_HIDDEN = 0xFF80_0000_FF80_0000L;

    /// Keys of a block: with 64 features, block and scores stay in first-level cache.
    static final int BLOCK = 64;

    final AttentionKernel kernel;
    final RowKernels rows;
    final PackKernel pack;
    final Operand q, k;
    final @Nullable Operand mask;
    final float scale;
    final boolean causal;
    final int outer, heads, group, queries, keys, d;
    /// Queries of a block, and how many blocks a key head has.
    final int width, blocks;

    /// @param q      [.., H, Tq, D]; any strides, as all operands
    /// @param k      [.., Hkv, Tk, D], H a multiple of Hkv: consecutive heads share a key head
    /// @param causal query i sees the keys up to i + Tk - Tq
    /// @param mask   [.., H, Tq, Tk], bool (true: visible) or a float that is added to the score, or null
    /// @param single whether one query alone is a block, for which the kernel has loops of its own
    AttentionScores(Provider provider, Operand q, Operand k, float scale, boolean causal, @Nullable Operand mask,
                    boolean single) {
        kernel = provider.attention();
        rows = provider.rows();
        pack = provider.pack();
        this.q = q;
        this.k = k;
        this.scale = scale;
        this.causal = causal;
        this.mask = mask;
        outer = q.rank() - 3;
        heads = k.dim(-3);
        group = q.dim(-3) / heads;
        queries = q.dim(-2);
        keys = k.dim(-2);
        d = q.dim(-1);
        int w = kernel.width();
        long list = (long) queries * group;
        width = list == 1 && single ? 1 : w * Math.clamp((list + w - 1) / w, 1, 4);
        blocks = Math.toIntExact((list + width - 1) / width);
    }

    long units() { return Strides.count(k, outer + 1) * blocks; }

    /// Row of the output, and of q: heads of a group at one position follow each other in the list.
    long row(long unit, int i) {
        long at = unit % blocks * width + i;
        return (unit / blocks * group + at % group) * queries + at / group;
    }

    int rows(long unit) { return (int) Math.min(width, (long) queries * group - unit % blocks * width); }

    /// How many keys any query of the unit sees.
    int seen(long unit) { return visible(position(unit, rows(unit) - 1)); }

    private int position(long unit, int i) { return (int) ((unit % blocks * width + i) / group); }

    private int visible(int position) {
        return causal ? Math.clamp((long) position + 1 + keys - queries, 0, keys) : keys;
    }

    /// The unit's rows of an operand shaped like q, dense and `pitch` elements apart, times a factor; zeros fill up
    /// the block, and each row.
    void load(Operand x, long unit, float factor, int pitch, long to) {
        int n = rows(unit), features = x.dim(-1);
        if (n < width || features < pitch) Ram.zero(to, 4L * width * pitch);
        for (int i = 0; i < n; i++)
            toFloats(x, Strides.address(x, outer + 2, row(unit, i)), to + 4L * i * pitch);
        if (factor != 1) rows.scale(to, (long) n * pitch, factor, to);
    }

    /// The same, a feature's values in a row: a tile for products, of `features` × `width`.
    void transposed(long dense, int features, int pitch, long tile) {
        pack.transpose(dense, 4L * pitch, width, features, width, tile);
    }

    /// Writes the unit's rows of a row-major result from a tile of features × `width`, which is spoiled.
    ///
    /// @param factors `width` numbers by which the queries' columns are multiplied
    void store(long unit, long tile, int features, long factors, long dense, Dtype dtype, long to) {
        kernel.product(features, width, 0, tile, 0, 0, tile, factors, tile); // of depth 0: the factors alone
        pack.transpose(tile, 4L * width, features, width, features, dense);
        int n = rows(unit);
        for (int i = 0; i < n; i++)
            rows.store(dense + 4L * i * features, features, dtype, to + row(unit, i) * features * dtype.bytes());
    }

    /// The scores of `n` keys from j on, which lie dense at `a`, for the unit, whose queries are in `tile`.
    void score(long unit, int j, int n, long a, long tile, long scores) {
        kernel.product(n, width, d, a, 4L * d, 4, tile, 0, scores);
        if (mask != null) applyMask(unit, mask, j, n, scores);
        if (causal && j + n > visible(position(unit, 0))) applyCausal(unit, j, n, scores);
    }

    /// Where n keys (values) of a head from j on lie dense as `float32`: in place, or in the copy that is made of them,
    /// in order, as memory likes it.
    long dense(Operand x, long head, int j, int n, long copy) {
        long pitch = x.stride(-2) * x.dtype().bytes();
        long from = Strides.address(x, outer + 1, head) + j * pitch;
        int features = x.dim(-1);
        boolean dense = x.dtype() == Dtype.FLOAT32 && x.isContiguous(1) && pitch == 4L * features;
        // many queries share them, or one query streams them
        if (dense && width != kernel.width()) return from;
        if (dense) rows.load(x.dtype(), from, (long) n * features, copy);
        else for (int i = 0; i < n; i++) toFloats(x, from + i * pitch, copy + 4L * i * features);
        return copy;
    }

    private void toFloats(Operand x, long from, long to) {
        if (x.isContiguous(1) && x.dtype().isFloat() && x.dtype().bytes() <= 4)
            rows.load(x.dtype(), from, x.dim(-1), to);
        else Elements.toFloats(x.dtype(), from, x.stride(-1), x.dim(-1), to);
    }

    /// Hides key after key from the queries before it: they are the first of the block.
    private void applyCausal(long unit, int j, int keys, long scores) {
        int n = rows(unit);
        long start = unit % blocks * width;
        for (int l = 0; l < keys; l++) {
            int hidden = (int) Math.clamp((long) (j + l - this.keys + queries) * group - start, 0L, n);
            long row = scores + 4L * l * width;
            int i = 0;
            for (; i <= hidden - 2; i += 2) Ram.ALL.set(LONG, row + 4L * i, TWO_HIDDEN);
            if (i < hidden) Ram.ALL.set(FLOAT, row + 4L * i, Float.NEGATIVE_INFINITY);
        }
    }

    private void applyMask(long unit, Operand mask, int j, int keys, long scores) {
        int n = rows(unit);
        long step = mask.stride(-1) * mask.dtype().bytes();
        for (int i = 0; i < n; i++) {
            long m = Strides.address(mask, outer + 2, row(unit, i)) + j * step;
            long s = scores + 4L * i;
            switch (mask.dtype()) {
                case BOOL -> {
                    for (int l = 0; l < keys; l++)
                        if (Ram.ALL.get(ValueLayout.JAVA_BYTE, m + l * step) == 0)
                            Ram.ALL.set(FLOAT, s + 4L * l * width, Float.NEGATIVE_INFINITY);
                }
                case FLOAT32 -> {
                    for (int l = 0; l < keys; l++) add(s + 4L * l * width, Ram.ALL.get(FLOAT, m + l * step));
                }
                default -> {
                    for (int l = 0; l < keys; l++)
                        add(s + 4L * l * width, (float) Elements.getDouble(mask.dtype(), m + l * step));
                }
            }
        }
    }

    private static void add(long score, float value) {
        Ram.ALL.set(FLOAT, score, Ram.ALL.get(FLOAT, score) + value);
    }
}
