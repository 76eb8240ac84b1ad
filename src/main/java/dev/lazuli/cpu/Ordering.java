package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.util.Arrays;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

/// Sorts and extremes along the last axis, rows in parallel.
///
/// Every dtype is mapped to signed keys of the same order: NaN is the largest and all NaN are equal, so are the two
/// zeros; complex numbers go by real, then imaginary part. What follows knows keys only. Keys of 32 bits are the JDK's
/// to sort, which has vectors for it: alone, or for places above the place they come from, so that equal ones keep
/// their order. Keys of 64 bits are sorted by radix, bytes in which all keys agree skipped.
public final class Ordering {
    private static final long NAN = Long.MAX_VALUE;
    /// Rows up to this length are sorted by insertion: a radix pass costs as much as 256 counters.
    private static final int SHORT = 40;
    /// Elements of a row that are worth several threads.
    private static final int LONG = 1 << 16;

    private Ordering() {}

    /// out = the position of the largest element of each row, the first of several, the first NaN if there is one.
    ///
    /// @param out uint32, without the last axis of x or with length 1 there
    public static void argmax(Operand x, Operand out) { extreme(x, out, false); }

    /// out = the position of the smallest element of each row, the first of several, the first NaN if there is one.
    ///
    /// @param out uint32, without the last axis of x or with length 1 there
    public static void argmin(Operand x, Operand out) { extreme(x, out, true); }

    private static void extreme(Operand x, Operand out, boolean smallest) {
        long n = x.dim(-1);
        if (n == 0 && out.shape().size() > 0)
            throw new IllegalArgumentException((smallest ? "argmin" : "argmax") + ": got rows of length 0 in "
                + x.shape() + ", expected at least 1");
        int axes = x.rank() - 1;
        long step = x.stride(-1) * x.dtype().bytes();
        var dtype = x.dtype();
        Workers.forRange(Strides.count(x, axes), Strides.grain(n), (from, to) -> {
            for (long r = from; r < to; r++) {
                long row = Strides.address(x, axes, r);
                long best = key(dtype, row);
                long found = 0;
                for (long i = 1; i < n && best != NAN; i++) {
                    long key = key(dtype, row + i * step);
                    if (key == NAN || (smallest ? key < best : key > best)) {
                        best = key;
                        found = i;
                    }
                }
                Ram.ALL.set(JAVA_INT_UNALIGNED, out.address() + 4 * r, (int) found);
            }
        });
    }

    /// out = the rows of x in ascending order, NaN last; zeros of both signs may change places.
    public static void sort(Operand x, Operand out) {
        if (isNarrow(x.dtype())) {
            rows(x, (row, r) -> sort(x, row, out, r));
            return;
        }
        int width = x.dtype().bytes();
        long n = x.dim(-1);
        long step = x.stride(-1) * width;
        order(x, (row, r, order) -> {
            for (long i = 0; i < n; i++)
                Copies.row(width, row + index(order, i) * step, 0, out.address() + (r * n + i) * width, width, 1);
        });
    }

    /// out = the positions that sort each row, uint32; equal elements keep their order.
    public static void argsort(Operand x, Operand out) {
        if (isNarrow(x.dtype())) {
            rows(x, (row, r) -> argsort(x, row, out.address() + 4 * r * x.dim(-1)));
            return;
        }
        long n = x.dim(-1);
        order(x, (row, r, order) -> Copies.row(4, order, 4, out.address() + 4 * r * n, 4, n));
    }

    private static boolean isNarrow(Dtype dtype) { return dtype.bytes() <= 4; }

    private interface Row { void run(long address, long number); }

    /// Short rows in parallel, long ones one after the other on several threads each.
    private static void rows(Operand x, Row body) {
        int axes = x.rank() - 1;
        long count = Strides.count(x, axes), n = x.dim(-1);
        long grain = n >= LONG && count < Workers.count() ? count : Strides.grain(16 * n);
        if (n > 0)
            Workers.forRange(count, grain, (from, to) -> {
                for (long r = from; r < to; r++) body.run(Strides.address(x, axes, r), r);
            });
    }

    private static void sort(Operand x, long row, Operand out, long r) {
        int n = x.dim(-1);
        var dtype = x.dtype();
        long step = x.stride(-1) * dtype.bytes(), to = out.address() + r * n * dtype.bytes();
        var keys = Scratch.current().ints(n);
        if (n < LONG) {
            keys(dtype, row, step, 0, n, keys);
            Arrays.sort(keys, 0, n);
            values(dtype, keys, 0, n, to);
            return;
        }
        Workers.forRange(n, LONG, (a, b) -> keys(dtype, row, step, (int) a, (int) b, keys));
        Arrays.parallelSort(keys, 0, n);
        Workers.forRange(n, LONG, (a, b) -> values(dtype, keys, (int) a, (int) b, to));
    }

    private static void keys(Dtype dtype, long row, long step, int from, int to, int[] keys) {
        for (int i = from; i < to; i++) {
            if (dtype == Dtype.FLOAT32) {
                int bits = Ram.ALL.get(JAVA_INT_UNALIGNED, row + i * step);
                keys[i] = (bits & Integer.MAX_VALUE) > INFINITY ? Integer.MAX_VALUE : turned(bits);
            } else keys[i] = narrow(dtype, row + i * step, false);
        }
    }

    private static void values(Dtype dtype, int[] keys, int from, int end, long to) {
        for (int i = from; i < end; i++)
            if (dtype == Dtype.FLOAT32) Ram.ALL.set(JAVA_INT_UNALIGNED, to + 4L * i, turned(keys[i]));
            else put(dtype, to + (long) i * dtype.bytes(), keys[i]);
    }

    private static void argsort(Operand x, long row, long to) {
        int n = x.dim(-1);
        var dtype = x.dtype();
        long step = x.stride(-1) * dtype.bytes();
        var keys = Scratch.current().operands(n);
        if (n < LONG) {
            places(dtype, row, step, 0, n, keys);
            Arrays.sort(keys, 0, n);
        } else {
            Workers.forRange(n, LONG, (a, b) -> places(dtype, row, step, (int) a, (int) b, keys));
            Arrays.parallelSort(keys, 0, n);
        }
        for (int i = 0; i < n; i++) Ram.ALL.set(JAVA_INT_UNALIGNED, to + 4L * i, (int) keys[i]);
    }

    private static void places(Dtype dtype, long row, long step, int from, int to, long[] keys) {
        for (int i = from; i < to; i++) keys[i] = (long) narrow(dtype, row + i * step, true) << 32 | i;
    }

    private static final int INFINITY = 0x7F800000;

    /// The bits of a negative float turned round, and back.
    private static int turned(int bits) { return bits ^ (bits >> 31 & Integer.MAX_VALUE); }

    /// @param zeros whether the two zeros are equal
    private static int narrow(Dtype dtype, long address, boolean zeros) {
        if (dtype.isFloat()) {
            float v = (float) Elements.getDouble(dtype, address);
            return v != v ? Integer.MAX_VALUE : turned(Float.floatToRawIntBits(zeros ? v + 0.0f : v));
        }
        int v = (int) Elements.getLong(dtype, address);
        return dtype == Dtype.UINT32 ? v ^ Integer.MIN_VALUE : v;
    }

    private static void put(Dtype dtype, long address, int key) {
        if (dtype.isFloat())
            Elements.putDouble(dtype, address,
                key == Integer.MAX_VALUE ? Double.NaN : Float.intBitsToFloat(turned(key)));
        else Elements.putLong(dtype, address, dtype == Dtype.UINT32 ? key ^ Integer.MIN_VALUE : key);
    }

    private interface Ordered { void run(long row, long r, long order); }

    private static void order(Operand x, Ordered body) {
        int n = x.dim(-1);
        int axes = x.rank() - 1;
        long step = x.stride(-1) * x.dtype().bytes();
        Workers.forRange(Strides.count(x, axes), Strides.grain(16L * n), (from, to) -> {
            var scratch = Scratch.current();
            long keys = scratch.take(12L * n);
            long order = keys + 8L * n;
            try {
                for (long r = from; r < to; r++) {
                    long row = Strides.address(x, axes, r);
                    for (long i = 0; i < n; i++) {
                        Ram.ALL.set(JAVA_LONG_UNALIGNED, keys + 8 * i, key(x.dtype(), row + i * step));
                        Ram.ALL.set(JAVA_INT_UNALIGNED, order + 4 * i, (int) i);
                    }
                    if (n <= SHORT) insertion(keys, order, n);
                    else radix(keys, order, n, scratch);
                    body.run(row, r, order);
                }
            } finally {
                scratch.release(keys);
            }
        });
    }

    private static long key(long keys, long i) { return Ram.ALL.get(JAVA_LONG_UNALIGNED, keys + 8 * i); }

    private static int index(long order, long i) { return Ram.ALL.get(JAVA_INT_UNALIGNED, order + 4 * i); }

    private static void set(long keys, long order, long i, long key, int index) {
        Ram.ALL.set(JAVA_LONG_UNALIGNED, keys + 8 * i, key);
        Ram.ALL.set(JAVA_INT_UNALIGNED, order + 4 * i, index);
    }

    private static void insertion(long keys, long order, int n) {
        for (int i = 1; i < n; i++) {
            long key = key(keys, i);
            int index = index(order, i);
            int j = i;
            for (; j > 0 && key(keys, j - 1) > key; j--) set(keys, order, j, key(keys, j - 1), index(order, j - 1));
            set(keys, order, j, key, index);
        }
    }

    /// Sorts by one byte after another, least significant first, between the two arrays and their doubles.
    private static void radix(long keys, long order, int n, Scratch scratch) {
        long mark = scratch.take(8L * n);
        long otherKeys = mark;
        long otherOrder = scratch.take(4L * n);
        long counts = scratch.take(4 * 256);
        long differ = 0;
        for (long i = 1; i < n; i++) differ |= key(keys, i) ^ key(keys, 0);
        long from = keys;
        long fromOrder = order;
        for (int shift = 0; shift < 64; shift += 8) {
            if ((differ >>> shift & 0xFF) == 0) continue;
            int flip = shift == 56 ? 0x80 : 0;
            Ram.zero(counts, 4 * 256);
            for (long i = 0; i < n; i++) {
                long count = counts + 4 * ((key(from, i) >>> shift & 0xFF) ^ flip);
                Ram.ALL.set(JAVA_INT_UNALIGNED, count, Ram.ALL.get(JAVA_INT_UNALIGNED, count) + 1);
            }
            int sum = 0;
            for (long b = 0; b < 256; b++) {
                int count = Ram.ALL.get(JAVA_INT_UNALIGNED, counts + 4 * b);
                Ram.ALL.set(JAVA_INT_UNALIGNED, counts + 4 * b, sum);
                sum += count;
            }
            for (long i = 0; i < n; i++) {
                long key = key(from, i);
                long count = counts + 4 * ((key >>> shift & 0xFF) ^ flip);
                int at = Ram.ALL.get(JAVA_INT_UNALIGNED, count);
                Ram.ALL.set(JAVA_INT_UNALIGNED, count, at + 1);
                set(otherKeys, otherOrder, at, key, index(fromOrder, i));
            }
            long t = from;
            from = otherKeys;
            otherKeys = t;
            t = fromOrder;
            fromOrder = otherOrder;
            otherOrder = t;
        }
        if (fromOrder != order) Copies.row(4, fromOrder, 4, order, 4, n);
        scratch.release(mark);
    }

    /// The number that stands for an element in the order of its dtype.
    private static long key(Dtype dtype, long address) {
        return switch (dtype) {
            case FLOAT64 -> {
                double v = Elements.getDouble(dtype, address);
                long bits = Double.doubleToRawLongBits(v + 0.0);
                yield v != v ? NAN : bits ^ (bits >> 63 & Long.MAX_VALUE);
            }
            case FLOAT16, BFLOAT16, FLOAT32 -> floatKey((float) Elements.getDouble(dtype, address));
            case COMPLEX64 -> {
                long real = floatKey((float) Elements.getDouble(Dtype.FLOAT32, address));
                long imaginary = floatKey((float) Elements.getDouble(Dtype.FLOAT32, address + 4));
                boolean nan = real == NAN || imaginary == NAN;
                yield nan ? NAN : (real << 32) + imaginary;
            }
            case UINT64 -> Elements.getLong(dtype, address) ^ Long.MIN_VALUE;
            default -> Elements.getLong(dtype, address);
        };
    }

    /// Adding 0 makes the negative zero positive; the bits of other negative numbers are turned round.
    private static long floatKey(float v) {
        int bits = Float.floatToRawIntBits(v + 0.0f);
        return v != v ? NAN : bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }
}
