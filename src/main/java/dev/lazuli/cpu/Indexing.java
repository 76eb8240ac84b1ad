package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// Reading and updating along one axis by index: take-along-axis and its transpose.
///
/// Indices have any integer type and count from the end where negative; all are checked before anything is written.
/// Where an index is the same for a whole row of the last axis, as in an embedding, rows are moved as blocks.
public final class Indexing {
    /// How `scatter` joins an update to what is there.
    ///
    /// A function each, not a branch for each element: with all types in a process C2 would give up on branches that it
    /// has not seen, and leave compiled code for each element, which takes 20 µs.
    public enum Update {
        SET((a, b) -> b, (a, b) -> b),
        ADD(Double::sum, Long::sum),
        MUL((a, b) -> a * b, (a, b) -> a * b),
        MIN(Math::min, Math::min),
        MAX(Math::max, Math::max);

        private final DoubleBinaryOperator doubles;
        private final LongBinaryOperator longs;

        Update(DoubleBinaryOperator doubles, LongBinaryOperator longs) {
            this.doubles = doubles;
            this.longs = longs;
        }

        boolean compares() { return this == MIN || this == MAX; }
    }

    /// Columns of the last axis that a thread takes when other axes leave it no choice.
    private static final int STRIP = 256;

    /// Elements of a row that a thread takes at a time.
    private static final int PART = 1 << 14;

    private Indexing() {}

    /// out[.., i, ..] = source[.., index[.., i, ..], ..].
    ///
    /// @param index has the shape of `out`; that of `source` is the same but along `axis`
    /// @throws IndexOutOfBoundsException naming the index and the axis' length
    public static void gather(Operand source, Operand index, int axis, Operand out) {
        if (out.shape().size() == 0) return;
        check("gather", index, source.dim(axis));
        int last = out.rank() - 1;
        int width = out.dtype().bytes();
        long bound = source.dim(axis);
        long step = source.stride(axis) * width;
        boolean along = axis == last;
        forEach(out, last, (r, first, n) -> {
            long x = address(source, last, out, r, axis);
            long i = Strides.address(index, last, r) + first * bytes(index, last);
            long y = out.address() + (r * out.dim(last) + first) * width;
            long drift = along ? 0 : source.stride(last) * width;
            if (!along && (index.stride(last) == 0 || out.dim(last) == 1)) {
                long at = wrap(Elements.getLong(index.dtype(), i), bound) * step;
                Copies.row(width, x + at + first * drift, drift, y, width, n);
            } else pick(width, x + first * drift, step, bound, index, i, drift, y, n);
        });
    }

    private interface Part { void run(long row, long first, int n); }

    /// All rows along the last axis, long ones in parts, on all workers.
    private static void forEach(Operand x, int axes, Part part) {
        int n = x.dim(axes);
        if (n == 0) return;
        long parts = (n + PART - 1) / PART;
        Workers.forRange(Strides.count(x, axes) * parts, Strides.grain(Math.min(n, PART)), (from, to) -> {
            for (long p = from; p < to; p++) {
                long first = p % parts * PART;
                part.run(p / parts, first, (int) Math.min(PART, n - first));
            }
        });
    }

    /// y[j] = x[index[j] * step + j * drift].
    private static void pick(int width, long x, long step, long bound, Operand index, long i, long drift, long y,
                             int n) {
        long indexStep = index.stride(-1) * index.dtype().bytes();
        boolean isInt = index.dtype() == Dtype.INT32 || index.dtype() == Dtype.UINT32; // checked: below 2^31
        if (width == 4 && isInt)
            for (int j = 0; j < n; j++)
                Ram.ALL.set(JAVA_INT_UNALIGNED, y + 4L * j, Ram.ALL.get(JAVA_INT_UNALIGNED,
                    x + wrap(Ram.ALL.get(JAVA_INT_UNALIGNED, i + j * indexStep), bound) * step + j * drift));
        else for (int j = 0; j < n; j++) {
            long at = x + wrap(Elements.getLong(index.dtype(), i + j * indexStep), bound) * step + j * drift;
            Copies.row(width, at, 0, y + (long) j * width, width, 1);
        }
    }

    /// target[.., index[.., i, ..], ..] is updated by updates[.., i, ..], in the order of i; repeated indices add up.
    ///
    /// @param index has the shape of `updates`; that of `target` is the same but along `axis`
    /// @param target what is updated in place, of any strides
    /// @throws IndexOutOfBoundsException naming the index and the axis' length
    /// @throws IllegalArgumentException for complex numbers, except to SET them
    public static void scatter(Operand target, Operand index, int axis, Operand updates, Update update) {
        if (updates.shape().size() == 0) return;
        if (target.dtype().isComplex() && update != Update.SET)
            throw new IllegalArgumentException("scatter " + update + ": got complex64, expected a real type");
        check("scatter", index, target.dim(axis));
        int last = updates.rank() - 1;
        int n = updates.dim(axis);
        long bound = target.dim(axis);
        // Threads differ in the axes beside the indexed one, so no two of them update the same element.
        boolean along = axis == last;
        long others = 1;
        for (int i = 0; i < last; i++) if (i != axis) others *= updates.dim(i);
        long strips = along ? 1 : (updates.dim(last) + STRIP - 1) / STRIP;
        long steps = others * strips;
        long work = (long) n * (along ? 1 : Math.min(STRIP, updates.dim(last)));
        Workers.forRange(steps, Strides.grain(work), (from, to) -> {
            for (long u = from; u < to; u++) {
                long x = other(updates, axis, along, u / strips, u % strips);
                long i = other(index, axis, along, u / strips, u % strips);
                long y = other(target, axis, along, u / strips, u % strips);
                int length = along ? 1 : (int) Math.min(STRIP, updates.dim(last) - u % strips * STRIP);
                for (int j = 0; j < n; j++)
                    row(target, axis, bound, index, i + j * bytes(index, axis), updates, x + j * bytes(updates, axis),
                        y, length, update);
            }
        });
    }

    /// Updates `n` elements along the last axis.
    private static void row(Operand target, int axis, long bound, Operand index, long i, Operand updates, long x,
                            long y, int n, Update update) {
        long xStep = bytes(updates, -1);
        long yStep = bytes(target, -1);
        long step = bytes(target, axis);
        long iStep = bytes(index, -1);
        boolean floats = update == Update.ADD && target.dtype() == Dtype.FLOAT32 && updates.dtype() == Dtype.FLOAT32;
        if (floats && iStep == 0 && xStep == 4 && yStep == 4) {
            long at = y + wrap(Elements.getLong(index.dtype(), i), bound) * step;
            for (long j = 0; j < 4L * n; j += 4)
                Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at + j,
                    Ram.ALL.get(JAVA_FLOAT_UNALIGNED, at + j) + Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x + j));
        } else if (floats) {
            for (int j = 0; j < n; j++) {
                long at = y + wrap(Elements.getLong(index.dtype(), i + j * iStep), bound) * step + j * yStep;
                Ram.ALL.set(JAVA_FLOAT_UNALIGNED, at,
                    Ram.ALL.get(JAVA_FLOAT_UNALIGNED, at) + Ram.ALL.get(JAVA_FLOAT_UNALIGNED, x + j * xStep));
            }
        } else if (update == Update.SET && (iStep == 0 || n == 1)) {
            long at = y + wrap(Elements.getLong(index.dtype(), i), bound) * step;
            Copies.row(target.dtype().bytes(), x, xStep, at, yStep, n);
        } else {
            for (int j = 0; j < n; j++) {
                long at = y + wrap(Elements.getLong(index.dtype(), i + j * iStep), bound) * step + j * yStep;
                update(target.dtype(), at, x + j * xStep, update);
            }
        }
    }

    private static void update(Dtype dtype, long y, long x, Update update) {
        if (update == Update.SET) {
            Copies.row(dtype.bytes(), x, 0, y, dtype.bytes(), 1);
        } else if (dtype.isFloat()) {
            Elements.putDouble(dtype, y,
                update.doubles.applyAsDouble(Elements.getDouble(dtype, y), Elements.getDouble(dtype, x)));
        } else {
            // As signed numbers, uint64 is in order once the highest bit is flipped.
            long flip = dtype == Dtype.UINT64 && update.compares() ? Long.MIN_VALUE : 0;
            Elements.putLong(dtype, y, flip
                ^ update.longs.applyAsLong(Elements.getLong(dtype, y) ^ flip, Elements.getLong(dtype, x) ^ flip));
        }
    }

    private static long bytes(Operand x, int axis) { return x.stride(axis) * x.dtype().bytes(); }

    private static long wrap(long i, long bound) { return i < 0 ? i + bound : i; }

    /// Address of row `r` of `out` in `source`, at index 0 of `axis`.
    private static long address(Operand source, int axes, Operand out, long r, int axis) {
        long address = source.address();
        for (int i = axes - 1; i >= 0; i--) {
            if (i != axis) address += r % out.dim(i) * bytes(source, i);
            r /= out.dim(i);
        }
        return address;
    }

    /// Address of position `u` over all axes but `axis` and, unless that is the last, a strip of the last.
    private static long other(Operand x, int axis, boolean along, long u, long strip) {
        int last = x.rank() - 1;
        long address = x.address() + (along ? 0 : strip * STRIP * bytes(x, last));
        for (int i = last - 1; i >= 0; i--) {
            if (i == axis) continue;
            address += u % x.dim(i) * bytes(x, i);
            u /= x.dim(i);
        }
        return address;
    }

    /// Looks at every index that is stored, repeated ones once.
    private static void check(String op, Operand index, int bound) {
        var shape = index.shape();
        for (int i = 0; i < index.rank(); i++) if (index.stride(i) == 0 && shape.dim(i) > 1) shape = shape.with(i, 1);
        var stored = new Operand(index.dtype(), shape, index.strides(), index.address());
        boolean unsigned = index.dtype() == Dtype.UINT64;
        int last = index.rank() - 1;
        long step = bytes(stored, last);
        forEach(stored, last, (r, first, n) -> {
            long at = Strides.address(stored, last, r) + first * step;
            for (; n > 0; at += step, n--) {
                long i = index.dtype() == Dtype.INT32 ? Ram.ALL.get(JAVA_INT_UNALIGNED, at)
                    : Elements.getLong(index.dtype(), at);
                if (i >= bound || i < (unsigned ? 0 : -(long) bound))
                    throw new IndexOutOfBoundsException(op + ": index "
                        + (unsigned ? Long.toUnsignedString(i) : Long.toString(i))
                        + " is out of bounds for an axis of length " + bound);
            }
        });
    }
}
