package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Buffer;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/// Rotary position embedding: turns pairs of features of [.., T, D] by angles that grow with the position.
///
/// Pair i at step t has the angle (offset + t) · scale · base^(-2i/dims), or (offset + t) · scale / freqs[i]. Angles
/// are computed in `float64`, so positions of a million are exact to the rounding of `float32`. Their cosines and
/// sines are shared by all heads, and kept for the next call: the layers of a model ask for the same ones.
public final class Rope {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final long LARGEST_KEPT = 16 << 20;
    private static volatile @Nullable Table last;

    private final RowKernels kernels;

    public Rope(Provider provider) { kernels = provider.rows(); }

    /// Cosines, then sines, of each position: a row of `pairs` floats each, T positions for each different offset.
    private record Table(double[] rates, long[] offsets, int steps, Buffer memory) {
        boolean is(double[] rates, long offsets, int count, int steps) {
            if (steps != this.steps || count != this.offsets.length || !Arrays.equals(rates, this.rates)) return false;
            for (int i = 0; i < count; i++)
                if (this.offsets[i] != Ram.ALL.get(ValueLayout.JAVA_LONG, offsets + 8L * i)) return false;
            return true;
        }

        long cos(int slot, long step) { return memory.address() + (slot * (long) steps + step) * rates.length * 8; }
    }

    /// Rotates the first `dims` features of x [.., T, D] and copies the rest.
    ///
    /// @param traditional pairs are features (2i, 2i + 1), else (i, i + dims / 2)
    /// @param base ignored if there are `freqs`
    /// @param offset integers with the leading axes of x, those before T and D; strides may be 0
    /// @param freqs `dims / 2` divisors of the position, or null
    public void run(Operand x, int dims, boolean traditional, double base, double scale, Operand offset,
                    @Nullable Operand freqs, Operand out) {
        int axes = x.rank() - 1;
        long rows = Strides.count(x, axes);
        int steps = x.dim(-2);
        int features = x.dim(-1);
        if (rows == 0 || features == 0) return;
        int heads = Math.toIntExact(Strides.count(x, axes - 1));
        var lent = Scratch.current();
        long offsets = lent.take(8L * heads), slots = lent.take(4L * heads);
        try {
            int count = offsets(offset, axes - 1, heads, offsets, slots);
            var table = table(rates(dims, base, scale, freqs), offsets, count, steps);
            rotate(x, dims, traditional, table, slots, out);
            Reference.reachabilityFence(table);
        } finally {
            lent.release(offsets);
        }
    }

    private void rotate(Operand x, int dims, boolean traditional, Table table, long slots, Operand out) {
        int axes = x.rank() - 1;
        int steps = x.dim(-2);
        int features = x.dim(-1);
        boolean wide = x.dtype() == Dtype.FLOAT64;
        int pairs = dims / 2;
        Workers.forRange(Strides.count(x, axes), Strides.grain(features), (from, to) -> {
            var scratch = Scratch.current();
            long copy = scratch.take(features * 4L);
            for (long r = from; r < to; r++) {
                int slot = Ram.ALL.get(ValueLayout.JAVA_INT, slots + r / steps * 4);
                long cos = table.cos(slot, r % steps);
                long row = Strides.address(x, axes, r);
                long y = out.address() + r * features * out.dtype().bytes();
                if (wide) {
                    double position = table.offsets[slot] + r % steps;
                    rotateDoubles(x, row, dims, traditional, position, table.rates, y);
                    continue;
                }
                boolean dense = x.isContiguous(1);
                if (x.dtype() != Dtype.FLOAT32 || !dense) {
                    if (dense) kernels.load(x.dtype(), row, features, copy);
                    else Elements.toFloats(x.dtype(), row, x.stride(-1), features, copy);
                    row = copy;
                }
                long target = out.dtype() == Dtype.FLOAT32 ? y : copy;
                if (traditional) rotatePairs(row, cos, pairs, target);
                else kernels.rotate(row, row + 4L * pairs, cos, cos + 4L * pairs, pairs, target, target + 4L * pairs);
                if (target != row && dims < features)
                    MemorySegment.copy(Ram.ALL, row + 4L * dims, Ram.ALL, target + 4L * dims, 4L * (features - dims));
                if (target != y) kernels.store(target, features, out.dtype(), y);
            }
            scratch.release(copy);
        });
    }

    private static void rotatePairs(long x, long cos, int pairs, long y) {
        long sin = cos + 4L * pairs;
        for (long i = 0; i < pairs; i++) {
            float a = Ram.ALL.get(FLOAT, x + 8 * i);
            float b = Ram.ALL.get(FLOAT, x + 8 * i + 4);
            float c = Ram.ALL.get(FLOAT, cos + 4 * i);
            float s = Ram.ALL.get(FLOAT, sin + 4 * i);
            Ram.ALL.set(FLOAT, y + 8 * i, a * c - b * s);
            Ram.ALL.set(FLOAT, y + 8 * i + 4, a * s + b * c);
        }
    }

    private static void rotateDoubles(Operand x, long row, int dims, boolean traditional, double position,
                                      double[] rates, long y) {
        int pairs = dims / 2;
        long step = 8 * x.stride(-1);
        for (int i = 0; i < pairs; i++) {
            int first = traditional ? 2 * i : i;
            int second = traditional ? first + 1 : i + pairs;
            double a = Elements.getDouble(Dtype.FLOAT64, row + first * step);
            double b = Elements.getDouble(Dtype.FLOAT64, row + second * step);
            double c = Math.cos(position * rates[i]);
            double s = Math.sin(position * rates[i]);
            Elements.putDouble(Dtype.FLOAT64, y + 8L * first, a * c - b * s);
            Elements.putDouble(Dtype.FLOAT64, y + 8L * second, a * s + b * c);
        }
        for (int i = dims; i < x.dim(-1); i++)
            Elements.putDouble(Dtype.FLOAT64, y + 8L * i, Elements.getDouble(Dtype.FLOAT64, row + i * step));
    }

    private static double[] rates(int dims, double base, double scale, @Nullable Operand freqs) {
        var rates = new double[dims / 2];
        for (int i = 0; i < rates.length; i++)
            rates[i] = freqs == null ? scale * Math.pow(base, -2.0 * i / dims)
                : scale / Elements.getDouble(freqs.dtype(),
                    freqs.address() + i * freqs.stride(-1) * freqs.dtype().bytes());
        return rates;
    }

    /// Writes the offsets that differ from the one before, and which of them each leading position has; says how many.
    private static int offsets(Operand offset, int axes, int heads, long offsets, long slots) {
        int count = 0;
        long last = 0;
        for (int i = 0; i < heads; i++) {
            long value = Elements.getLong(offset.dtype(), Strides.address(offset, axes, i));
            if (count == 0 || value != last) Ram.ALL.set(ValueLayout.JAVA_LONG, offsets + 8L * count++, value);
            Ram.ALL.set(ValueLayout.JAVA_INT, slots + 4L * i, count - 1);
            last = value;
        }
        return count;
    }

    private static Table table(double[] rates, long offsets, int count, int steps) {
        var kept = last;
        if (kept != null && kept.is(rates, offsets, count, steps)) return kept;
        var values = new long[count];
        for (int i = 0; i < count; i++) values[i] = Ram.ALL.get(ValueLayout.JAVA_LONG, offsets + 8L * i);
        long bytes = Math.max(8, (long) count * steps * rates.length * 8);
        var table = new Table(rates, values, steps, Pool.keep(Pool.allocate("rope", bytes)));
        Workers.forRange((long) count * steps, Strides.grain(16L * rates.length), (from, to) -> {
            for (long p = from; p < to; p++) {
                double position = values[(int) (p / steps)] + p % steps;
                long row = table.cos(0, p);
                for (int i = 0; i < rates.length; i++) {
                    Ram.ALL.set(FLOAT, row + 4L * i, (float) Math.cos(position * rates[i]));
                    Ram.ALL.set(FLOAT, row + 4L * (rates.length + i), (float) Math.sin(position * rates[i]));
                }
            }
        });
        Reference.reachabilityFence(table);
        if (bytes <= LARGEST_KEPT) last = table;
        return table;
    }
}
