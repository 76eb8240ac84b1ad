package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Tiers.Tier;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Shape;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Folds over every subset of axes, against a loop over the elements in `double` and `long`.
class ReductionTest {
    private static final Scalar[] FOLDS = {Scalar.ADD, Scalar.MUL, Scalar.MIN, Scalar.MAX};

    @AfterEach void release() { Programs.KEPT.clear(); }

    private static Operand output(Dtype dtype, Shape in, int[] axes) {
        var dims = IntStream.range(0, in.rank())
            .filter(a -> Arrays.stream(axes).noneMatch(x -> x == a - in.rank())).map(in::dim).toArray();
        return Programs.empty(dtype, Shape.of(dims));
    }

    private static int[] axes(int subset, int rank) {
        return IntStream.range(0, rank).filter(a -> (subset >> a & 1) != 0).map(a -> a - rank).toArray();
    }

    private static void check(Scalar fold, Operand x, int[] axes, Tier tier) {
        var out = output(x.dtype(), x.shape(), axes);
        new Reduction(Programs.load(x.dtype()), fold, Ints.of(axes), tier).run(new Operand[] {x}, out);
        var all = Programs.values(x);
        var dtype = x.dtype();
        var wide = dtype.isFloat() ? Dtype.FLOAT64 : dtype;
        var want = new long[(int) out.shape().size()];
        var scale = new double[want.length];
        Arrays.fill(want, Value.identity(fold, wide));
        for (int i = 0; i < all.length; i++) {
            int to = 0;
            int rest = i;
            var index = new int[x.rank()];
            for (int a = x.rank() - 1; a >= 0; a--) {
                index[a] = rest % x.dim(a);
                rest /= x.dim(a);
            }
            for (int a = 0; a < x.rank(); a++) {
                int axis = a - x.rank();
                if (Arrays.stream(axes).noneMatch(g -> g == axis)) to = to * x.dim(a) + index[a];
            }
            want[to] = Value.apply(fold, wide, wide, want[to], all[i]);
            scale[to] += dtype.isFloat() ? Math.abs(Value.real(all[i])) : 0;
        }
        var got = Programs.values(out);
        for (int i = 0; i < got.length; i++) {
            long expected = Value.cast(wide, dtype, want[i]);
            boolean near = Programs.near(dtype, got[i], expected, fold == Scalar.MUL ? 8 + all.length / 8.0 : 1)
                || dtype.isFloat() && fold == Scalar.ADD
                    && Math.abs(Value.real(got[i]) - Value.real(expected)) <= 3e-7 * scale[i];
            assertTrue(near, fold + " " + dtype + " " + x.shape() + " over " + Arrays.toString(axes) + " " + tier + ": "
                + Programs.text(dtype, got[i]) + " not " + Programs.text(dtype, expected));
        }
    }

    /// Numbers that neither overflow nor vanish; edges have a test of their own.
    private static Operand numbers(Dtype dtype, Shape shape) {
        var x = Programs.empty(dtype, shape);
        var random = new java.util.Random(3);
        for (int i = 0; i < shape.size(); i++)
            Value.store(dtype, x.address() + (long) i * dtype.bytes(), dtype.isFloat()
                ? Value.of(0.5 + random.nextDouble()) : Value.wrap(dtype, random.nextLong()));
        return x;
    }

    @ParameterizedTest @EnumSource(Tier.class) void anyAxesOfAnyType(Tier tier) {
        for (var dtype : Programs.TYPES) for (var fold : FOLDS)
            for (var shape : List.of(Shape.of(3, 5, 7), Shape.of(2, 40, 3), Shape.of(37, 33), Shape.of(4, 1, 70),
                    Shape.of(207)))
                for (int subset = 0; subset < 1 << shape.rank(); subset++)
                    check(fold, numbers(dtype, shape), axes(subset, shape.rank()), tier);
    }

    @ParameterizedTest @EnumSource(Tier.class) void anyStrides(Tier tier) {
        for (var dtype : List.of(Dtype.FLOAT32, Dtype.INT32, Dtype.BFLOAT16, Dtype.UINT64)) for (var fold : FOLDS) {
            var whole = numbers(dtype, Shape.of(40, 20, 10));
            for (int subset = 0; subset < 8; subset++)
                for (var strides : List.of(new long[] {200, 10, 1}, new long[] {1, 30, 200}, new long[] {400, 20, 2},
                        new long[] {0, 10, 1}, new long[] {200, 10, 0}, new long[] {0, 0, 0}))
                    check(fold, Programs.view(whole, Shape.of(9, 8, 5), 0, strides), axes(subset, 3), tier);
            check(fold, Programs.view(whole, Shape.of(40, 20, 10), 7999, -200, -10, -1), new int[] {-1}, tier);
        }
    }

    @ParameterizedTest @EnumSource(Tier.class) void nanAndInfinitiesComeThrough(Tier tier) {
        for (var dtype : Programs.TYPES) for (var fold : FOLDS) for (int n : new int[] {1, 15, 16, 17, 333}) {
            var x = Programs.array(dtype, Shape.of(n), n);
            if (!dtype.isFloat() || fold == Scalar.MIN || fold == Scalar.MAX) check(fold, x, new int[] {-1}, tier);
            if (!dtype.isFloat()) continue;
            x = numbers(dtype, Shape.of(n));
            Value.store(dtype, x.address() + (n - 1L) * dtype.bytes(), Value.of(Double.NaN));
            check(fold, x, new int[] {-1}, tier);
        }
    }

    @ParameterizedTest @EnumSource(Tier.class) void nothingGivesTheIdentity(Tier tier) {
        for (var dtype : Programs.TYPES) for (var fold : FOLDS)
            for (var shape : List.of(Shape.of(0), Shape.of(0, 3), Shape.of(3, 0)))
                for (int subset = 1; subset < 1 << shape.rank(); subset++)
                    check(fold, Programs.empty(dtype, shape), axes(subset, shape.rank()), tier);
    }

    @Test void sumsOfMillionsAreAccurate() {
        int n = 1 << 22;
        var x = Programs.empty(Dtype.FLOAT32, Shape.of(n));
        var random = new java.util.Random(5);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float v = random.nextFloat();
            Cells.float32(x.address() + 4L * i, v);
            sum += v;
        }
        var out = Programs.empty(Dtype.FLOAT32, Shape.SCALAR);
        for (int round = 0; round < 3; round++)
            for (var view : List.of(x, Programs.view(x, Shape.of(n / 4, 4), 0, 4, 1),
                    Programs.view(x, Shape.of(1024, n / 1024), 0, 1, 1024))) {
                var axes = view.rank() == 1 ? Ints.of(-1) : Ints.of(-2, -1);
                Loops.reduce(Programs.load(Dtype.FLOAT32), Scalar.ADD, axes).run(new Operand[] {view}, out);
                assertEquals(sum, Cells.float32(out.address()), 1e-7 * sum);
            }
        var columns = Programs.empty(Dtype.FLOAT32, Shape.of(4));
        Loops.reduce(Programs.load(Dtype.FLOAT32), Scalar.ADD, Ints.of(-2))
            .run(new Operand[] {Programs.view(x, Shape.of(n / 4, 4), 0, 4, 1)}, columns);
        for (int c = 0; c < 4; c++) {
            double column = 0;
            for (int i = c; i < n; i += 4) column += Cells.float32(x.address() + 4L * i);
            assertEquals(column, Cells.float32(columns.address() + 4L * c), 1e-7 * column);
        }
    }

    @ParameterizedTest @EnumSource(Tier.class) void aProgramComesFirst(Tier tier) {
        var b = new Program.Builder();
        var x = b.load(Dtype.FLOAT32);
        var y = b.load(Dtype.FLOAT32);
        var program = b.build(x.sub(y).mul(x.sub(y)));
        var a = numbers(Dtype.FLOAT32, Shape.of(100, 333));
        var row = Programs.view(numbers(Dtype.FLOAT32, Shape.of(333)), Shape.of(100, 333), 0, 0, 1);
        for (int axis : new int[] {-1, -2}) {
            var out = output(Dtype.FLOAT32, a.shape(), new int[] {axis});
            new Reduction(program, Scalar.ADD, Ints.of(axis), tier).run(new Operand[] {a, row}, out);
            var as = Programs.values(a);
            var bs = Programs.values(row);
            var got = Programs.values(out);
            for (int i = 0; i < got.length; i++) {
                double sum = 0;
                for (int k = 0; k < (axis == -1 ? 333 : 100); k++) {
                    int at = axis == -1 ? i * 333 + k : k * 333 + i;
                    double d = (float) (Value.real(as[at]) - Value.real(bs[at]));
                    sum += d * d;
                }
                assertEquals(sum, Value.real(got[i]), 1e-6 * sum);
            }
        }
    }

    @Test void uint64FoldsAsUnsigned() {
        var x = Programs.empty(Dtype.UINT64, Shape.of(50));
        var most = BigInteger.ZERO;
        var random = new java.util.Random(1);
        for (int i = 0; i < 50; i++) {
            long v = random.nextLong();
            Cells.uint64(x.address() + 8L * i, v);
            most = most.max(new BigInteger(Long.toUnsignedString(v)));
        }
        var out = Programs.empty(Dtype.UINT64, Shape.SCALAR);
        for (var tier : Tier.values()) {
            new Reduction(Programs.load(Dtype.UINT64), Scalar.MAX, Ints.of(-1), tier).run(new Operand[] {x}, out);
            assertEquals(most.toString(), Long.toUnsignedString(Cells.uint64(out.address())));
        }
    }
}
