package dev.lazuli.graph;

import static dev.lazuli.type.Dtype.*;

import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A small use of one declared operation, at a point where it is smooth.
///
/// @param step of finite differences, large where a part is computed in `float32`
/// @param linear whether it takes complex numbers and is linear in all of them
public record Example(String name, Primitive op, List<Input> inputs, double step, boolean linear,
                      Function<List<Node>, Node> f) {
    /// Random numbers of a range; `whole` ones are given, and repeated.
    public record Input(Shape shape, Dtype dtype, double low, double high, double... whole) {
        double[] values(Random random, Dtype type) { return values(random, shape.size() * Nodes.parts(type)); }

        public double[] values(Random random, long count) {
            if (whole.length == 0) return random.doubles(count, low, high).toArray();
            return IntStream.range(0, Math.toIntExact(count)).mapToDouble(i -> whole[i % whole.length]).toArray();
        }
    }

    @Override public String toString() { return name; }

    private static Input real(int... dims) { return new Input(Shape.of(dims), FLOAT64, -1.3, 1.7); }

    private static Input positive(int... dims) { return new Input(Shape.of(dims), FLOAT64, 0.3, 1.9); }

    private static Input whole(Dtype dtype, Shape shape, double... values) {
        return new Input(shape, dtype, 0, 0, values);
    }

    private static Example of(String name, Primitive op, boolean linear, List<Input> inputs,
                              Function<List<Node>, Node> f) {
        return new Example(name, op, inputs, 1e-5, linear, f);
    }

    /// One for each row and each permitted record.
    static List<Example> all() { return all(1); }

    /// The same of rows that are so many times as long, where an operation has rows.
    public static List<Example> all(int width) {
        var all = new ArrayList<Example>();
        for (var op : Scalar.values()) all.add(scalar(op, width));
        all.addAll(structures(width));
        all.addAll(composites(width));
        all.addAll(MatrixExamples.all());
        return all;
    }

    // No default: a new row does not compile here without a range where it is smooth.
    private static Example scalar(Scalar op, int width) {
        var shape = Shape.of(5 * width);
        double[] range = switch (op) {
            case ADD, SUB, MUL, NEG, SIN, COS, TAN, SINH, COSH, TANH, ATAN, ASINH, ERF, SIGMOID, EXP, EXPM1, LOGADDEXP,
                 SELECT, REAL_PART, IMAGINARY_PART, CONJUGATE, COMPLEX, CAST -> new double[] {-1.4, 1.4};
            case DIV, POW, ATAN2, ABS, LOG, LOG2, LOG10, LOG1P, SQRT, RSQRT, SIGN, MAX, MIN, EQ, NE,
                 LT, LE -> new double[] {0.4, 2.2};
            case ASIN, ACOS, ATANH, ERFINV -> new double[] {-0.8, 0.8};
            case ACOSH -> new double[] {1.3, 3};
            case FLOOR, CEIL, TRUNC, ROUND -> new double[] {1.1, 1.4};
            case FLOOR_DIVIDE, REMAINDER -> null;
            case AND, OR, XOR, NOT, SHIFT_LEFT, SHIFT_RIGHT -> new double[0];
        };
        var inputs = new ArrayList<Input>();
        for (int i = 0; i < op.arity(); i++)
            inputs.add(range == null ? whole(FLOAT64, Shape.of(3 * width),
                i == 0 ? new double[] {5.3, 7.4, -2.2} : new double[] {2.1, 3.3, 1.5})
                : range.length == 0 ? whole(INT32, Shape.of(3 * width),
                i == 0 ? new double[] {5, 9, 1} : new double[] {2, 3, 4})
                : op == Scalar.SELECT && i == 0 ? whole(BOOL, shape, 1, 0, 0, 1, 1)
                : new Input(shape, FLOAT64, range[0], range[1]));
        double step = op == Scalar.COMPLEX ? 1e-2 : 1e-5;
        return new Example(op.label(), op, inputs, step, false,
            in -> op == Scalar.CAST ? Scalar.cast(in.getFirst(), in.getFirst().dtype())
            : op.of(in.toArray(Node[]::new)));
    }

    private static List<Example> structures(int w) {
        var step = new Slice(Ints.of(1, 4 * w - 2), Ints.of(1, -1), Shape.of(2, 3 * w));
        var index = whole(INT32, Shape.of(2, 3 * w), 1, 0, 3, 2, -1, 1);
        var all = new ArrayList<>(List.of(
            of("identity", new Identity(), true, List.of(real(3 * w)),
                in -> Node.of(new Identity(), in, in.getFirst().shape(), in.getFirst().dtype())),
            of("stopGradient", new StopGradient(), false, List.of(real(3 * w)),
                in -> in.getFirst().add(in.getFirst().zero())),
            of("reshape", new Reshape(2, Shape.of(3, 2 * w)), true, List.of(real(2, 3 * w)),
                in -> in.getFirst().reshape(Shape.of(3, 1, 2 * w))),
            of("reshape of transposed", new Reshape(2, Shape.of(6 * w)), true, List.of(real(2, 3 * w)),
                in -> in.getFirst().transpose().reshape(Shape.of(6 * w))),
            of("transpose", new Permute(Ints.of(-1, -3, -2)), true, List.of(real(2, 3, 2 * w)),
                in -> in.getFirst().permute(2, 0, 1)),
            of("broadcast", new Broadcast(2, Shape.of(4, 3, 2 * w)), true, List.of(real(3, 1)),
                in -> in.getFirst().broadcast(Shape.of(4, 3, 2 * w))),
            of("slice", step, true, List.of(real(4, 4 * w)), in ->
                Slice.of(in.getFirst(), step.starts(), step.steps(), step.to())),
            of("view", new Bitcast(FLOAT64, INT64), false, List.of(real(8 * w)),
                in -> Bitcast.of(in.getFirst(), INT64)),
            of("full", new Fill(2), false, List.of(), in -> Node.constant(2, FLOAT64)),
            of("arange", new Iota(4 * w), false, List.of(), in -> Iota.of(4 * w)),
            of("concatenate", new Concatenate(-2), true, List.of(real(2, 3 * w), real(1, 3 * w), real(2, 3 * w)),
                in -> Concatenate.of(in, 0)),
            of("concatenate with itself", new Concatenate(-1), true, List.of(real(2, 2 * w)),
                in -> Concatenate.of(List.of(in.getFirst(), in.getFirst()), 1)),
            of("sliceUpdate", new SliceUpdate(step.starts(), step.steps(), step.to(), false), true,
                List.of(real(4, 4 * w), real(2, 3 * w)),
                in -> SliceUpdate.of(in.get(0), in.get(1), step.starts(), step.steps(), false)),
            of("gather", new Gather(-1), true, List.of(real(2, 4 * w), index),
                in -> Gather.of(in.get(0), in.get(1), 1)),
            of("take", new Gather(-2), true, List.of(real(4, 2 * w), index),
                in -> Gather.take(in.get(0), in.get(1), 0)),
            of("scatter", new Scatter(null, -1), true, List.of(real(2, 4 * w), index, real(2, 3 * w)),
                in -> Scatter.of(null, in.get(0), in.get(1), in.get(2), 1)),
            of("argmax", new ArgReduce(true), false, List.of(real(2, 3 * w)),
                in -> ArgReduce.of(true, in.getFirst(), 0)),
            of("argmin", new ArgReduce(false), false, List.of(real(2, 3 * w)),
                in -> ArgReduce.of(false, in.getFirst(), 1)),
            of("bits", new Bits(Shape.of(3, 2 * w)), false, List.of(whole(UINT32, Shape.of(2), 3e9, 7)),
                in -> Bits.of("bits", in.getFirst(), UINT16, Shape.of(3, 2 * w))),
            of("matmul", new MatMul(), false, List.of(real(2, 2, 3 * w), real(3 * w, 4 * w)),
                in -> in.get(0).matmul(in.get(1))),
            of("matmul with itself", new MatMul(), false, List.of(real(3 * w, 3 * w)),
                in -> in.getFirst().matmul(in.getFirst())),
            of("matmul of vectors", new MatMul(), false, List.of(real(3 * w), real(3 * w)),
                in -> in.get(0).matmul(in.get(1)))));
        all.add(of("argsort", new ArgSort(), false, List.of(real(2, 3 * w)), in -> ArgSort.of("", in.getFirst(), 0)));
        all.add(of("barrier", new Barrier(), false, List.of(real(3 * w), real(2 * w)),
            in -> Barrier.of(in.get(0), in.get(1))));
        for (var fold : List.of(Scalar.ADD, Scalar.MUL, Scalar.MIN, Scalar.MAX, Scalar.LOGADDEXP)) {
            all.add(of("cumulative " + fold.label(), new Scan(fold), fold == Scalar.ADD, List.of(real(2, 5 * w)),
                in -> Scan.of("", fold, in.getFirst(), -1, false, true)));
            all.add(of("cumulative " + fold.label() + " from behind, without itself", new Scan(fold),
                fold == Scalar.ADD, List.of(real(4 * w, 2)),
                in -> Scan.of("", fold, in.getFirst().slice(0, 0, 4), 0, true, true).slice(0, 1, 3)));
        }
        for (var fold : List.of(Scalar.ADD, Scalar.MUL, Scalar.MIN, Scalar.MAX)) {
            all.add(of("reduce " + fold.label(), new Reduce(fold, Ints.of(-3, -1)), fold == Scalar.ADD,
                List.of(real(2, 3, 2 * w)),
                in -> Reduce.of(fold, in.getFirst(), false, 0, 2)));
            all.add(of("scatter " + fold.label(), new Scatter(fold, -1), fold == Scalar.ADD,
                List.of(positive(2, 4 * w),
                whole(INT32, Shape.of(2, 3 * w), 1, 0, fold == Scalar.ADD ? 1 : 2, 2, -1, 1), positive(2, 3 * w)),
                in -> Scatter.of(fold, in.get(0), in.get(1), in.get(2), 1)));
        }
        all.add(of("cumulative product with zeros", new Scan(Scalar.MUL), false,
            List.of(whole(FLOAT64, Shape.of(6 * w), 2, 0, 3, -1, 0, 2)),
            in -> Scan.of("", Scalar.MUL, in.getFirst().slice(0, 0, 6), 0, false, true)));
        for (var kind : Fourier.Kind.values())
            for (int n = 5 * w; n <= 5 * w + 1; n++) all.add(fourier(kind, n));
        // where a quotient of products says nothing
        for (int zeros = 1; zeros <= 3; zeros++)
            all.add(of("prod at " + zeros + " zeros", new Reduce(Scalar.MUL, Ints.of(-3, -1)), false,
                List.of(whole(FLOAT64, Shape.of(5, 2, 1), 0, 1.2, zeros > 1 ? 0 : 0.7, -1.1, zeros > 2 ? 0 : 1.3, 0,
                -0.8, 0.9, 1.7, 0.6)),
                in -> Reduce.of(Scalar.MUL, in.getFirst(), false, 0, 2)));
        all.add(of("scatter mul at zeros", new Scatter(Scalar.MUL, -1), false,
            List.of(whole(FLOAT64, Shape.of(4), 0.8, 0, 1.1, -0.7), whole(INT32, Shape.of(6), 0, 0, 1, 1, 2, -1),
                whole(FLOAT64, Shape.of(6), 0, 1.3, 0, 0.9, 0, 0.6)),
            in -> Scatter.of(Scalar.MUL, in.get(0), in.get(1), in.get(2), 0)));
        all.add(of("scatter mul at two zeros of a place", new Scatter(Scalar.MUL, -1), false,
            List.of(whole(FLOAT64, Shape.of(2), 0.8, 1.1), whole(INT32, Shape.of(3), 1, 1, 1),
            whole(FLOAT64, Shape.of(3), 0, 1.3, 0)),
            in -> Scatter.of(Scalar.MUL, in.get(0), in.get(1), in.get(2), 0)));
        return all;
    }

    private static Example fourier(Fourier.Kind kind, int n) {
        int given = kind == Fourier.Kind.HERMITIAN ? n / 2 + 1 : n;
        return new Example(kind + " fft of " + n, new Fourier(kind, n, 0.5), List.of(real(2, given)), 1e-2, true,
            in -> Fourier.of(kind, in.getFirst(), n, 0.5));
    }

    private static List<Example> composites(int w) {
        var format = Quantization.affine(32, 4);
        var packed = Stream.iterate(1L, s -> s * 6364136223846793005L + 1442695040888963407L).limit(16)
            .mapToDouble(s -> s >>> 33).toArray();
        var blocks = IntStream.range(0, 68).mapToDouble(i -> i % 34 == 0 ? 0x00 : i % 34 == 1 ? 0x30 : i * 37 % 251)
            .toArray();
        var q = List.of(real(2, 2, 3 * w), real(1, 4, 3 * w), real(1, 4, 2 * w));
        var mask = real(2, 2, 4);
        var again = new Call(Graph.of("", List.of(), in -> in), 0, Call.Rules.AGAIN);
        return List.of(
            of("sort", new Sort(), false, List.of(real(2, 3 * w)), in -> Sort.of(in.getFirst(), -1)),
            of("checkpoint", again, false, List.of(real(2, 3 * w), real(3 * w)), in -> Call.of(Graph.of("", in,
                x -> List.of(x.get(0).sin().mul(x.get(1)).exp())), in, Call.Rules.AGAIN).getFirst()),
            of("softmax", new Softmax(), false, List.of(real(2, 4 * w)), in -> Softmax.of(in.getFirst(), -1)),
            of("softmax of columns", new Softmax(), false, List.of(real(2, 4 * w)), in -> Softmax.of(in.getFirst(), 0)),
            of("logsumexp", new LogSumExp(), false, List.of(real(2, 4 * w)),
                in -> LogSumExp.of(in.getFirst(), false, -1)),
            of("rmsNorm", new RmsNorm(1e-3), false, List.of(real(2, 4 * w), real(4 * w)),
                in -> RmsNorm.of(in.get(0), in.get(1), 1e-3)),
            of("rmsNorm alone", new RmsNorm(1e-3), false, List.of(real(2, 4 * w)),
                in -> RmsNorm.of(in.get(0), null, 1e-3)),
            of("layerNorm", new LayerNorm(1e-3, true, true), false, List.of(real(2, 4 * w), real(4 * w), real(4 * w)),
                in -> LayerNorm.of(in.get(0), in.get(1), in.get(2), 1e-3)),
            of("layerNorm with bias", new LayerNorm(1e-3, false, true), false, List.of(real(2, 4 * w), real(4 * w)),
                in -> LayerNorm.of(in.get(0), null, in.get(1), 1e-3)),
            rope("rope", false, w, 4), rope("rope of a part, traditional", true, w, 2),
            of("attention", new Attention(0.7, false, false, false), false, q,
                in -> Attention.of(in.get(0), in.get(1), in.get(2), 0.7, false, null, null)),
            of("attention, causal", new Attention(0.7, true, false, false), false, q,
                in -> Attention.of(in.get(0), in.get(1), in.get(2), 0.7, true, null, null)),
            of("attention, masked", new Attention(0.7, false, true, false), false,
                List.of(q.get(0), q.get(1), q.get(2), mask),
                in -> Attention.of(in.get(0), in.get(1), in.get(2), 0.7, false, in.get(3), null)),
            attentionGradient(q, false), attentionGradient(q, true),
            of("attention, sunk", new Attention(0.7, true, false, true), false,
                List.of(q.get(0), q.get(1), q.get(2), real(2)),
                in -> Attention.of(in.get(0), in.get(1), in.get(2), 0.7, true, null, in.get(3))),
            new Example("blockMatmul", new BlockMatMul(BlockFormat.Q8_0),
                List.of(real(3, 32 * w), whole(UINT8, Shape.of(2, 34 * w), blocks)), 1e-5, false,
                in -> BlockMatMul.of(BlockFormat.Q8_0, in.get(0), in.get(1))),
            packed("quantizedMatmul", format, packed, true, w),
            packed("quantizedMatmul, not transposed", format, packed, false, w),
            packed("quantizedMatmul of straddling numbers", Quantization.affine(32, 5), packed, true, w),
            packed("quantizedMatmul of floats", Quantization.NVFP4, packed, true, w),
            packed("quantizedMatmul of floats, not transposed", Quantization.MXFP8, packed, false, w));
    }

    private static Example attentionGradient(List<Input> q, boolean causal) {
        var ct = real(q.get(0).shape().with(-1, q.get(2).shape().dim(-1)).dims());
        var op = new Attention(0.7, causal, false, false);
        return of("attentionGradient", new AttentionGradient(op), false, List.of(q.get(0), q.get(1), q.get(2), ct),
            in -> AttentionGradient.of(op, in.subList(0, 3), Attention.of(in.get(0), in.get(1), in.get(2), 0.7, causal,
                null, null), in.get(3)));
    }

    private static Example packed(String name, Quantization format, double[] words, boolean transpose, int w) {
        var scales = Shape.of(4, 32 * w / format.group());
        var inputs = new ArrayList<>(List.of(real(3, transpose ? 32 * w : 4),
            whole(UINT32, Shape.of(4, format.bits() * w), words)));
        if (format.isAffine()) inputs.addAll(List.of(real(scales.dims()), real(scales.dims())));
        else if (format.group() == 16) inputs.add(whole(UINT8, scales, 50, 53, 56, 47, 61));
        else inputs.add(whole(UINT8, scales, 118, 119, 120));
        return of(name, new QuantizedMatMul(format, transpose), false, inputs, in ->
            QuantizedMatMul.of(in.getFirst(), Packed.of(format, in.subList(1, in.size())), transpose));
    }

    private static Example rope(String name, boolean traditional, int w, int turned) {
        int dims = turned * w;
        return new Example(name, new Rope(dims, traditional, 100, 1),
            List.of(real(2, 3, 4 * w), whole(INT32, Shape.of(2), 5, 2)), 1e-2, false,
            in -> Rope.of(in.get(0), dims, traditional, 100, 1, in.get(1), null));
    }
}
