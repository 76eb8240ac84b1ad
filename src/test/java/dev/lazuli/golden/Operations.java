package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Index;
import dev.lazuli.Lazuli;
import dev.lazuli.type.Dtype;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How each of MLX's functions is said in our API.
final class Operations {
    private Operations() {}

    /// One function: arrays out of the arrays and arguments of a call.
    interface Operation { List<Array> of(Call call); }

    private interface WithNumber extends BiFunction<Array, Number, Array> {}

    private interface FromNumber extends BiFunction<Number, Array, Array> {}

    private interface Reduction { Array of(Array x, boolean keepDims, int... axes); }

    private interface Deviation { Array of(Array x, boolean keepDims, int ddof, int... axes); }

    static final Map<String, Operation> TABLE = new LinkedHashMap<>();

    private static void many(String name, Operation operation) { TABLE.put(name, operation); }

    private static void one(String name, Function<Call, Array> operation) {
        TABLE.put(name, c -> List.of(operation.apply(c)));
    }

    private static void unary(String name, UnaryOperator<Array> f) { one("mx." + name, c -> f.apply(c.x())); }

    private static void binary(String name, BinaryOperator<Array> f) { binary(name, f, null, null); }

    private static void binary(String name, BinaryOperator<Array> f,
                               @Nullable WithNumber right, @Nullable FromNumber left) {
        one("mx." + name, c -> {
            if (!c.has("a") && !c.has("b")) return f.apply(c.x(0), c.x(1));
            var a = c.number("a");
            var b = c.number("b");
            if (b != null && right != null) return right.apply(c.x(), b);
            if (a != null && left != null) return left.apply(a, c.x());
            throw new Later("a bare number as operand");
        });
    }

    private static void reduction(String name, Reduction f) {
        one("mx." + name, c -> f.of(c.x(), c.flag("keepdims"), c.axes()));
    }

    private static void deviation(String name, Deviation f) {
        one("mx." + name, c -> f.of(c.x(), c.flag("keepdims"), c.integer("ddof", 0), c.axes()));
    }

    private static void update(String name, BiFunction<Index.Place, Array, Array> f,
                               BiFunction<Index.Place, Number, Array> number) {
        one("array." + name, c -> {
            var place = c.x().at(c.index());
            return c.has("value") ? number.apply(place, c.number("value"))
                : f.apply(place, c.x(c.integer("value_input", -1)));
        });
    }

    static {
        elementwise();
        pairs();
        reductions();
        creation();
        shapes();
        indexing();
        products();
        Arrangements.add();
        LinalgOperations.add();
        RandomOperations.add();
        FftOperations.add();
        PackedProducts.add();
        Programs.ALL.forEach((name, program) -> many("program." + name, c -> program.of(c.xs())));
    }

    private static void elementwise() {
        unary("abs", Lazuli::abs);
        unary("arccos", Lazuli::arccos);
        unary("arccosh", Lazuli::arccosh);
        unary("arcsin", Lazuli::arcsin);
        unary("arcsinh", Lazuli::arcsinh);
        unary("arctan", Lazuli::arctan);
        unary("arctanh", Lazuli::arctanh);
        unary("bitwise_invert", Lazuli::bitwiseInvert);
        unary("ceil", Lazuli::ceil);
        unary("conj", Lazuli::conjugate);
        unary("conjugate", Lazuli::conjugate);
        unary("contiguous", Lazuli::contiguous);
        unary("cos", Lazuli::cos);
        unary("cosh", Lazuli::cosh);
        unary("degrees", Lazuli::degrees);
        unary("erf", Lazuli::erf);
        unary("erfinv", Lazuli::erfinv);
        unary("exp", Lazuli::exp);
        unary("expm1", Lazuli::expm1);
        unary("floor", Lazuli::floor);
        unary("imag", Lazuli::imag);
        unary("isfinite", Lazuli::isfinite);
        unary("isinf", Lazuli::isinf);
        unary("isnan", Lazuli::isnan);
        unary("isneginf", Lazuli::isneginf);
        unary("isposinf", Lazuli::isposinf);
        unary("log", Lazuli::log);
        unary("log10", Lazuli::log10);
        unary("log1p", Lazuli::log1p);
        unary("log2", Lazuli::log2);
        unary("logical_not", Lazuli::logicalNot);
        unary("negative", Lazuli::negative);
        unary("positive", Lazuli::positive);
        unary("radians", Lazuli::radians);
        unary("real", Lazuli::real);
        unary("reciprocal", Lazuli::reciprocal);
        unary("rsqrt", Lazuli::rsqrt);
        unary("sigmoid", Lazuli::sigmoid);
        unary("sign", Lazuli::sign);
        unary("sin", Lazuli::sin);
        unary("sinh", Lazuli::sinh);
        unary("sqrt", Lazuli::sqrt);
        unary("square", Lazuli::square);
        unary("stop_gradient", Lazuli::stopGradient);
        unary("tan", Lazuli::tan);
        unary("tanh", Lazuli::tanh);
        unary("trunc", Lazuli::trunc);
        one("mx.round", c -> c.has("decimals") ? round(c.x(), c.integer("decimals", 0)) : round(c.x()));
        one("mx.nan_to_num", c -> nanToNum(c.x(), c.number("nan", 0), c.number("posinf"), c.number("neginf")));
        one("mx.astype", c -> c.x().to(c.dtype("dtype")));
    }

    private static void pairs() {
        binary("add", Lazuli::add, Array::add, (a, x) -> x.add(a));
        binary("subtract", Lazuli::subtract, Array::sub, (a, x) -> x.subFrom(a));
        binary("multiply", Lazuli::multiply, Array::mul, (a, x) -> x.mul(a));
        binary("divide", Lazuli::divide, Array::div, (a, x) -> x.divInto(a));
        binary("floor_divide", Lazuli::floorDivide, Array::floorDiv, Lazuli::floorDivide);
        binary("remainder", Lazuli::remainder, Array::mod, Lazuli::remainder);
        binary("power", Lazuli::power, Array::pow, Lazuli::power);
        binary("maximum", Lazuli::maximum, Lazuli::maximum, (a, x) -> maximum(x, a));
        binary("minimum", Lazuli::minimum, Lazuli::minimum, (a, x) -> minimum(x, a));
        binary("equal", Lazuli::equal, Array::eq, (a, x) -> x.eq(a));
        binary("not_equal", Lazuli::notEqual, Array::ne, (a, x) -> x.ne(a));
        binary("less", Lazuli::less, Array::lt, (a, x) -> x.gt(a));
        binary("less_equal", Lazuli::lessEqual, Array::le, (a, x) -> x.ge(a));
        binary("greater", Lazuli::greater, Array::gt, (a, x) -> x.lt(a));
        binary("greater_equal", Lazuli::greaterEqual, Array::ge, (a, x) -> x.le(a));
        binary("logaddexp", Lazuli::logaddexp, Lazuli::logaddexp, (a, x) -> logaddexp(x, a));
        binary("arctan2", Lazuli::arctan2);
        binary("logical_and", Lazuli::logicalAnd);
        binary("logical_or", Lazuli::logicalOr);
        binary("logical_xor", Lazuli::logicalXor);
        binary("bitwise_and", Lazuli::bitwiseAnd);
        binary("bitwise_or", Lazuli::bitwiseOr);
        binary("bitwise_xor", Lazuli::bitwiseXor);
        binary("left_shift", Lazuli::leftShift);
        binary("right_shift", Lazuli::rightShift);
        many("mx.divmod", c -> divmod(c.x(0), c.x(1)));
        one("mx.isclose", c ->
            isclose(c.x(0), c.x(1), c.number("rtol", 1e-5), c.number("atol", 1e-8), c.flag("equal_nan")));
        one("mx.allclose", c ->
            allclose(c.x(0), c.x(1), c.number("rtol", 1e-5), c.number("atol", 1e-8), c.flag("equal_nan")));
        one("mx.array_equal", c -> arrayEqual(c.x(0), c.x(1), c.flag("equal_nan")));
        one("mx.clip", c -> c.xs().size() > 1 ? clip(c.x(), c.named("a_min"), c.named("a_max"))
            : clip(c.x(), c.number("a_min"), c.number("a_max")));
        one("mx.where", c -> c.has("x") ? where(c.x(0), c.number("x"), c.x(1))
            : c.has("y") ? where(c.x(0), c.x(1), c.number("y")) : where(c.x(0), c.x(1), c.x(2)));
    }

    private static void reductions() {
        reduction("sum", Lazuli::sum);
        reduction("prod", Lazuli::prod);
        reduction("min", Lazuli::min);
        reduction("max", Lazuli::max);
        reduction("mean", Lazuli::mean);
        reduction("all", Lazuli::all);
        reduction("any", Lazuli::any);
        reduction("logsumexp", Lazuli::logsumexp);
        deviation("var", Lazuli::var);
        deviation("std", Lazuli::std);
        one("mx.argmin", c -> c.has("axis") ? argmin(c.x(), c.flag("keepdims"), c.integer("axis", 0))
            : argmin(c.x(), c.flag("keepdims")));
        one("mx.argmax", c -> c.has("axis") ? argmax(c.x(), c.flag("keepdims"), c.integer("axis", 0))
            : argmax(c.x(), c.flag("keepdims")));
        one("mx.softmax", c -> {
            c.flag("precise"); // always
            return softmax(c.x(), c.axes());
        });
    }

    private static void creation() {
        one("mx.arange", c -> {
            var start = c.arg("start");
            var stop = c.arg("stop");
            boolean whole = start instanceof Long && stop instanceof Long && !(c.arg("step") instanceof Double);
            var dtype = c.dtype("dtype", whole ? Dtype.INT32 : Dtype.FLOAT32);
            return whole && dtype == Dtype.INT32
                ? arange(c.integer("start", 0), c.integer("stop", 0), c.integer("step", 1))
                : arange(c.number("start", 0), c.number("stop", 0), c.number("step", 1), dtype);
        });
        one("mx.linspace", c -> linspace(c.number("start", 0), c.number("stop", 0), c.integer("num", 50),
            !c.has("endpoint") || c.flag("endpoint"), c.dtype("dtype", Dtype.FLOAT32)));
        one("mx.zeros", c -> zeros(c.dtype("dtype", Dtype.FLOAT32), c.ints("shape")));
        one("mx.ones", c -> ones(c.dtype("dtype", Dtype.FLOAT32), c.ints("shape")));
        one("mx.zeros_like", c -> c.has("dtype") ? fullLike(c.x(), 0, c.dtype("dtype")) : zerosLike(c.x()));
        one("mx.ones_like", c -> c.has("dtype") ? fullLike(c.x(), 1, c.dtype("dtype")) : onesLike(c.x()));
        one("mx.full", c -> c.named("vals") instanceof Array vals ? full(vals, c.ints("shape"))
            : full(c.number("vals"), c.dtype("dtype", scalar(c.number("vals")).dtype()), c.ints("shape")));
        one("mx.full_like", c -> fullLike(c.x(), c.number("vals"), c.dtype("dtype", c.x().dtype())));
        one("mx.eye", c -> eye(c.integer("n", 0), c.integer("m", c.integer("n", 0)), c.integer("k", 0), real(c)));
        one("mx.identity", c -> eye(c.integer("n", 0), c.integer("n", 0), 0, real(c)));
        one("mx.tri", c -> tri(c.integer("n", 0), c.integer("m", c.integer("n", 0)), c.integer("k", 0), real(c)));
        one("mx.tril", c -> tril(c.x(), c.integer("k", 0)));
        one("mx.triu", c -> triu(c.x(), c.integer("k", 0)));
    }

    private static Dtype real(Call c) { return c.dtype("dtype", Dtype.FLOAT32); }

    private static void shapes() {
        one("mx.reshape", c -> reshape(c.x(), c.ints("shape")));
        one("mx.flatten", c -> c.has("start_axis") || c.has("end_axis")
            ? flatten(c.x(), c.integer("start_axis", 0), c.integer("end_axis", -1)) : flatten(c.x()));
        one("mx.unflatten", c -> unflatten(c.x(), c.integer("axis", 0), c.ints("shape")));
        one("mx.squeeze", c -> squeeze(c.x(), c.ints("axis")));
        one("mx.expand_dims", c -> expandDims(c.x(), c.ints("axis")));
        one("mx.transpose", c -> transpose(c.x(), c.ints("axes")));
        one("mx.permute_dims", c -> transpose(c.x(), c.ints("axes")));
        one("mx.swapaxes", c -> swapaxes(c.x(), c.integer("axis1", 0), c.integer("axis2", 0)));
        one("mx.moveaxis", c -> moveaxis(c.x(), c.integer("source", 0), c.integer("destination", 0)));
        one("mx.broadcast_to", c -> broadcastTo(c.x(), c.ints("shape")));
        one("mx.view", c -> c.x().view(c.dtype("dtype")));
        one("mx.concatenate", Operations::joined);
        one("mx.concat", Operations::joined);
        one("mx.stack", c -> stack(c.xs(), c.integer("axis", 0)));
        many("mx.split", c -> c.arg("indices_or_sections") instanceof List<?>
            ? split(c.x(), c.ints("indices_or_sections"), c.integer("axis", 0))
            : split(c.x(), c.integer("indices_or_sections", 0), c.integer("axis", 0)));
        one("mx.pad", c -> {
            var widths = widths(c.arg("pad_width"), c.x().rank());
            if (c.has("mode") && !"constant".equals(c.arg("mode"))) return pad(c.x(), widths, Arrangements.padding(c));
            return c.xs().size() > 1 ? pad(c.x(), widths, c.x(1)) : pad(c.x(), widths, c.number("constant_values", 0));
        });
    }

    private static Array joined(Call c) {
        boolean flat = c.arg("axis") == null && c.args().containsKey("axis");
        return concatenate(flat ? c.xs().stream().map(x -> flatten(x)).toList() : c.xs(), c.integer("axis", 0));
    }

    private static int[][] widths(@Nullable Object given, int rank) {
        if (given instanceof Number n) return widths(List.of(n, n), rank);
        var list = (List<?>) given;
        if (list.getFirst() instanceof Number)
            return IntStream.range(0, rank).mapToObj(i -> pair(list)).toArray(int[][]::new);
        if (list.size() == 1) return widths(list.getFirst(), rank);
        return list.stream().map(Operations::pair).toArray(int[][]::new);
    }

    private static int[] pair(Object given) {
        var list = (List<?>) given;
        return list.stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }

    private static void indexing() {
        one("mx.take", c -> {
            var indices = c.has("indices") ? scalar(c.number("indices")) : c.x(1);
            return c.has("axis") ? take(c.x(), indices, c.integer("axis", 0)) : take(c.x(), indices);
        });
        one("mx.take_along_axis", c -> c.has("axis") ? takeAlongAxis(c.x(), c.x(1), c.integer("axis", 0))
            : takeAlongAxis(flatten(c.x()), flatten(c.x(1)), 0));
        one("mx.put_along_axis", c -> c.has("axis") ? putAlongAxis(c.x(), c.x(1), c.x(2), c.integer("axis", 0))
            : putAlongAxis(flatten(c.x()), flatten(c.x(1)), flatten(c.x(2)), 0).reshape(c.x().shape()));
        one("mx.slice", c -> {
            var size = c.ints("slice_size");
            var starts = starts(c, c.x(1), size);
            var stops = IntStream.range(0, size.length).map(i -> starts[i] + size[i]).toArray();
            return slice(c.x(), starts, stops, steps(size.length));
        });
        one("mx.slice_update", c -> sliceUpdate(c.x(), c.x(1), starts(c, c.x(2), c.x(1).shape().dims())));
        one("array.__getitem__", c -> c.x().get(c.index()));
        update("__setitem__", Index.Place::set, Index.Place::set);
        update("at.add", Index.Place::add, Index.Place::add);
        update("at.subtract", Index.Place::sub, Index.Place::sub);
        update("at.multiply", Index.Place::mul, Index.Place::mul);
        update("at.divide", Index.Place::div, Index.Place::div);
        update("at.maximum", Index.Place::max, Index.Place::max);
        update("at.minimum", Index.Place::min, Index.Place::min);
    }

    private static int[] starts(Call c, Array given, int[] size) {
        var starts = new int[size.length];
        var axes = c.ints("axes");
        var values = given.toIntArray();
        for (int i = 0; i < axes.length; i++) {
            int axis = c.x().shape().axis("slice", axes[i]);
            starts[axis] = Math.clamp(values[i], 0, c.x().dim(axis) - size[axis]);
        }
        return starts;
    }

    private static int[] steps(int count) {
        var steps = new int[count];
        Arrays.fill(steps, 1);
        return steps;
    }

    private static void products() {
        one("mx.matmul", c -> matmul(c.x(0), c.x(1)));
        one("mx.fast.rms_norm", c -> {
            c.has("weight");
            return Fast.rmsNorm(c.x(), c.positional(1), c.number("eps", 0));
        });
        one("mx.fast.layer_norm", c -> {
            c.has("weight");
            var bias = c.has("bias") ? null : c.named("bias") instanceof Array named ? named : c.positional(2);
            return Fast.layerNorm(c.x(), c.positional(1), bias, c.number("eps", 0));
        });
        one("mx.fast.rope", c -> {
            var offset = c.named("offset") instanceof Array given ? given : scalar(c.integer("offset", 0));
            return Fast.rope(c.x(), c.integer("dims", 0), c.flag("traditional"), c.number("base", 1),
                c.number("scale", 1), offset, c.named("freqs"));
        });
        one("mx.fast.scaled_dot_product_attention", c -> Fast.scaledDotProductAttention(c.x(0), c.x(1), c.x(2),
            c.number("scale", 1), "causal".equals(c.arg("mask")), c.named("mask"), c.named("sinks")));
    }
}
