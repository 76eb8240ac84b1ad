package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;
import dev.lazuli.Convolving;
import dev.lazuli.Indexing;
import dev.lazuli.Lazuli;
import dev.lazuli.Overlap;
import dev.lazuli.Padding;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// How MLX's functions of order, running folds, places and sums over letters are said in our API.
final class Arrangements {
    private Arrangements() {}

    private interface Running { Array of(Array x, int axis, boolean reverse, boolean inclusive); }

    private interface Kth { Array of(Array x, int kth, int axis); }

    private static void many(String name, Operations.Operation operation) {
        Operations.TABLE.put("mx." + name, operation);
    }

    private static void one(String name, Function<Call, Array> operation) {
        many(name, c -> List.of(operation.apply(c)));
    }

    static void add() {
        order();
        running();
        places();
        sums();
        one("conv1d", c -> conv1d(c.x(0), c.x(1), convolving(c)));
        one("conv2d", c -> conv2d(c.x(0), c.x(1), convolving(c)));
        one("conv3d", c -> conv3d(c.x(0), c.x(1), convolving(c)));
        for (int axes = 1; axes <= 3; axes++)
            one("conv_transpose" + axes + "d",
                c -> convTranspose(c.x(0), c.x(1), convolving(c), c.ints("output_padding")));
        one("conv_general", c -> convGeneral(c.x(0), c.x(1), convolving(c)));
        one("convolve", c -> convolve(c.x(0), c.x(1),
            c.has("mode") ? Overlap.valueOf(c.arg("mode").toString().toUpperCase(Locale.ROOT)) : Overlap.FULL));
    }

    private static int[] ints(Call c, String key, int otherwise) {
        return c.has(key) ? c.ints(key) : new int[] {otherwise};
    }

    private static Convolving convolving(Call c) {
        int[] before, after;
        if (c.arg("padding") instanceof List<?> pair && pair.getFirst() instanceof List<?>) {
            before = ints(pair.getFirst());
            after = ints(pair.getLast());
        } else before = after = ints(c, "padding", 0);
        return new Convolving(ints(c, "stride", 1), before, after,
            ints(c, c.has("kernel_dilation") ? "kernel_dilation" : "dilation", 1), ints(c, "input_dilation", 1),
            c.integer("groups", 1), c.flag("flip"));
    }

    private static boolean isFlat(Call c) { return c.args().containsKey("axis") && !c.has("axis"); }

    private static Array along(Call c, int otherwise, BiFunction<Array, Integer, Array> f) {
        return isFlat(c) ? f.apply(flatten(c.x()), 0) : f.apply(c.x(), c.integer("axis", otherwise));
    }

    private static void order() {
        one("sort", c -> along(c, -1, Lazuli::sort));
        one("argsort", c -> along(c, -1, Lazuli::argsort));
        kth("partition", "kth", Lazuli::partition);
        kth("argpartition", "kth", Lazuli::argpartition);
        kth("topk", "k", Lazuli::topk);
        one("searchsorted", c -> searchsorted(c.x(0), c.x(1), "right".equals(c.arg("side"))));
        one("median", c -> median(c.x(), c.flag("keepdims"), c.axes()));
        one("count_nonzero", c -> countNonzero(c.x(), c.flag("keepdims"), c.axes()));
        one("diff", c -> diff(c.x(), c.integer("n", 1), c.integer("axis", -1)));
    }

    private static void kth(String name, String key, Kth f) {
        one(name, c -> along(c, -1, (x, axis) -> f.of(x, c.integer(key, 0), axis)));
    }

    private static void running() {
        scan("cumsum", Lazuli::cumsum);
        scan("cumprod", Lazuli::cumprod);
        scan("cummax", Lazuli::cummax);
        scan("cummin", Lazuli::cummin);
        scan("logcumsumexp", Lazuli::logcumsumexp);
    }

    private static void scan(String name, Running f) {
        one(name, c -> {
            var x = c.dtype("dtype") instanceof Dtype type ? c.x().to(type) : c.x();
            boolean inclusive = !c.has("inclusive") || c.flag("inclusive"), reverse = c.flag("reverse");
            return c.has("axis") ? f.of(x, c.integer("axis", 0), reverse, inclusive)
                : f.of(flatten(x), 0, reverse, inclusive);
        });
    }

    private static void places() {
        one("flip", c -> flip(c.x(), c.ints("axis")));
        one("roll", c -> {
            int[] shift = c.ints("shift"), axes = c.ints("axis");
            if (axes.length == 0) return roll(flatten(c.x()), java.util.stream.IntStream.of(shift).sum(), 0)
                .reshape(c.x().shape());
            return axes.length == 1 ? roll(c.x(), shift[0], axes[0])
                : roll(c.x(), shift.length == 1 ? new int[] {shift[0], shift[0]} : shift, axes);
        });
        one("tile", c -> tile(c.x(), c.ints("reps")));
        one("repeat", c -> c.has("axis") ? repeat(c.x(), c.integer("repeats", 1), c.integer("axis", 0))
            : repeat(flatten(c.x()), c.integer("repeats", 1), 0));
        many("meshgrid", c -> meshgrid(c.xs(), c.flag("sparse"),
            "ij".equals(c.arg("indexing")) ? Indexing.IJ : Indexing.XY));
        many("unstack", c -> unstack(c.x(), c.integer("axis", 0)));
        one("diagonal", c -> diagonal(c.x(), c.integer("offset", 0), c.integer("axis1", 0), c.integer("axis2", 1)));
        one("diag", c -> diag(c.x(), c.integer("k", 0)));
        one("trace", c -> {
            var sum = trace(c.x(), c.integer("offset", 0), c.integer("axis1", 0), c.integer("axis2", 1));
            return c.dtype("dtype") instanceof Dtype type ? sum.to(type) : sum;
        });
        one("as_strided", c -> {
            int[] dims = c.has("shape") ? c.ints("shape") : c.x().shape().dims(), given = c.ints("strides");
            var strides = c.has("strides") ? java.util.stream.IntStream.of(given).asLongStream().toArray()
                : dev.lazuli.type.Layout.of(Shape.of(dims)).strides();
            return asStrided(c.x(), dims, strides, c.integer("offset", 0));
        });
        many("atleast_1d", c -> c.xs().stream().map(Lazuli::atleast1d).toList());
        many("atleast_2d", c -> c.xs().stream().map(Lazuli::atleast2d).toList());
        many("atleast_3d", c -> c.xs().stream().map(Lazuli::atleast3d).toList());
        many("broadcast_arrays", c -> broadcastArrays(c.xs().toArray(Array[]::new)));
        window("hanning", Lazuli::hanning);
        window("hamming", Lazuli::hamming);
        window("blackman", Lazuli::blackman);
        window("bartlett", Lazuli::bartlett);
    }

    private static void window(String name, IntFunction<Array> f) { one(name, c -> f.apply(c.integer("M", 0))); }

    private static void sums() {
        one("addmm", c -> addmm(c.x(0), c.x(1), c.x(2), c.number("alpha", 1), c.number("beta", 1)));
        one("inner", c -> inner(c.x(0), c.x(1)));
        one("outer", c -> outer(c.x(0), c.x(1)));
        one("vecdot", c -> vecdot(c.x(0), c.x(1), c.integer("axis", -1)));
        one("hadamard_transform", c -> c.has("scale") ? hadamardTransform(c.x(), c.number("scale", 1))
            : hadamardTransform(c.x()));
        one("kron", c -> kron(c.x(0), c.x(1)));
        one("einsum", c -> einsum((String) c.arg("subscripts"), c.xs().toArray(Array[]::new)));
        one("tensordot", c -> c.arg("axes") instanceof List<?> pair
            ? tensordot(c.x(0), c.x(1), ints(pair.getFirst()), ints(pair.getLast()))
            : tensordot(c.x(0), c.x(1), c.integer("axes", 2)));
    }

    private static int[] ints(Object list) {
        return ((List<?>) list).stream().mapToInt(i -> ((Number) i).intValue()).toArray();
    }

    static Padding padding(Call c) { return Padding.valueOf(c.arg("mode").toString().toUpperCase(Locale.ROOT)); }

    static Shape[] shapes(Call c) {
        return ((List<?>) c.arg("shapes")).stream().map(s -> Shape.of(ints(s))).toArray(Shape[]::new);
    }

    /// The order in which pairs meet, as MLX prints it.
    static List<List<Long>> path(Call c) {
        return einsumPath((String) c.arg("subscripts"), shapes(c)).stream()
            .map(pair -> java.util.Arrays.stream(pair).asLongStream().boxed().toList()).toList();
    }

    static List<Long> lengths(Shape shape) {
        return Stream.of(shape.dims()).flatMapToInt(java.util.Arrays::stream).asLongStream().boxed().toList();
    }
}
