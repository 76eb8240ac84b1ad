package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Programs of one row, operands, and numbers that matter, for tests of what runs programs.
final class Programs {
    static final List<Dtype> TYPES = Arrays.stream(Dtype.values()).filter(d -> !d.isComplex()).toList();

    private Programs() {}

    /// Every program of one row, on every type the row takes.
    static List<Program> rows() {
        var all = new ArrayList<Program>();
        for (var op : Scalar.values()) for (var type : TYPES) {
            if (op == Scalar.CAST) {
                for (var to : TYPES) all.add(of(op, to, type));
            } else if (op == Scalar.SELECT) {
                all.add(of(op, type, Dtype.BOOL, type, type));
            } else if (type.isFloat() ? op.real() != null : op.whole() != null) {
                var to = switch (op) { case EQ, NE, LT, LE -> Dtype.BOOL; default -> type; };
                var in = new Dtype[op.arity()];
                Arrays.fill(in, type);
                all.add(of(op, to, in));
            }
        }
        return all;
    }

    static Program of(Scalar op, Dtype to, Dtype... in) {
        var steps = new ArrayList<Program.Step>();
        var args = new ArrayList<Integer>();
        for (int i = 0; i < in.length; i++) {
            steps.add(new Load(i, in[i]));
            args.add(i);
        }
        steps.add(new Apply(op, to, args));
        return new Program(in.length, steps);
    }

    static Program load(Dtype dtype) { return new Program(1, List.of(new Load(0, dtype))); }

    /// The last step, whose meaning a test asks about.
    static Apply last(Program program) { return (Apply) program.steps().getLast(); }

    private static final double[] EDGES = {0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 7, 31, 32, 63, 64, 100, -100,
        127, 128, 255, 256, 32767, 32768, 65504, 65520, 65536, 8388609, 16777217, 2147483647.0, 2147483648.0,
        -2147483648.0, 3e9, 4294967295.0,
        0x1p62, 0x1p63, -0x1p63, 1.8e19, 1e-3, 1e-7, 6e-8, 1e-40, 1e-310, 3e38, -3e38, 1e308, 0.9999, -0.9999,
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    /// A number for element `i`, as [Value] holds it: edges, numbers around one, numbers of the type's whole range.
    static long number(Dtype dtype, Random random, int i) {
        if (i % 3 != 1) {
            double x = i % 2 == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextGaussian() * 4;
            return dtype.isFloat() ? Value.cast(Dtype.FLOAT64, dtype, Value.of(x)) : Value.wrap(dtype, (long) x);
        }
        return dtype.isFloat() ? Value.cast(Dtype.FLOAT64, dtype, Value.of(random.nextDouble()))
            : Value.wrap(dtype, random.nextLong());
    }

    static String text(Dtype dtype, long x) { return dtype.isFloat() ? "" + Value.real(x) : "" + x; }

    /// New memory that holds edges and random numbers.
    static Operand array(Dtype dtype, Shape shape, long seed) {
        var random = new Random(seed);
        var x = empty(dtype, shape);
        for (int i = 0; i < shape.size(); i++)
            Value.store(dtype, x.address() + (long) i * dtype.bytes(), number(dtype, random, i));
        return x;
    }

    static Operand empty(Dtype dtype, Shape shape) {
        var memory = Arena.ofAuto().allocate(Math.max(1, shape.size()) * dtype.bytes() + 64, 64);
        KEPT.add(memory);
        return new Operand(dtype, shape, Layout.of(shape).strides(), memory.address());
    }

    /// Operands are bare addresses: their memory lives as long as a test class.
    static final List<Object> KEPT = new ArrayList<>();

    static Operand view(Operand x, Shape shape, long offset, long... strides) {
        return new Operand(x.dtype(), shape, strides, x.address() + offset * x.dtype().bytes());
    }

    static long[] values(Operand x) {
        var all = new long[(int) x.shape().size()];
        for (int i = 0; i < all.length; i++) all[i] = Value.load(x.dtype(), Strides.address(x, x.rank(), i));
        return all;
    }

    /// Whether numbers are the same, floats up to `ulps` units in the last place of their type, or of `float32`'s
    /// smallest normal number.
    static boolean near(Dtype dtype, long a, long b, double ulps) {
        if (!dtype.isFloat()) return a == b;
        double x = Value.real(a);
        double y = Value.real(b);
        if (x == y || x != x && y != y) return true;
        int bits = switch (dtype) { case FLOAT64 -> 52; case FLOAT32 -> 23; case FLOAT16 -> 10; default -> 7; };
        double least = dtype == Dtype.FLOAT64 ? Double.MIN_NORMAL : dtype == Dtype.FLOAT16 ? 0x1p-14 : Float.MIN_NORMAL;
        double unit = Math.max(least, Math.max(Math.abs(x), Math.abs(y))) * Math.pow(2, -bits);
        return Math.abs(x - y) <= ulps * unit;
    }
}
