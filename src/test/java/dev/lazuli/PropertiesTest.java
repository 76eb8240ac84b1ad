package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/// What holds for any graph and any shape.
class PropertiesTest {

    // ---- fused and unfused -------------------------------------------------------------------------------------

    @Property(tries = 300)
    void fusedIsUnfused(@ForAll long seed) {
        var together = graph(new Random(seed), false);
        var apart = graph(new Random(seed), true);
        var random = new Random(seed);
        var asked = together.stream().filter(x -> random.nextInt(4) == 0).toList();
        eval(asked, together.getLast());
        for (int i = together.size() - 1; i >= 0; i--) {
            assertEquals(apart.get(i).shape(), together.get(i).shape());
            assertArrayEquals(apart.get(i).toFloatArray(), together.get(i).toFloatArray(), 2e-4f,
                "node " + i + " of seed " + seed);
        }
    }

    private static List<Array> inputs(Random random) {
        return IntStream.range(0, 3).mapToObj(i -> numbers(random, shape(random, 4, 1))).toList();
    }

    private static List<Array> graph(Random random, boolean apart) { return graph(random, inputs(random), apart); }

    private static List<Array> graph(Random random, List<Array> inputs, boolean apart) {
        var all = new ArrayList<>(inputs);
        while (all.size() < 30) {
            var x = all.get(random.nextInt(all.size()));
            var y = switch (random.nextInt(14)) {
                case 0 -> tanh(x);
                case 1 -> x.mul(0.5);
                case 2 -> x.T();
                case 3 -> x.reshape(factors(random, x.shape()).dims());
                case 4 -> sliced(random, x);
                case 5 -> mean(x, true, x.rank() == 0 ? new int[0] : new int[] {random.nextInt(x.rank())});
                case 6 -> max(x, x.rank() == 0 ? new int[0] : new int[] {random.nextInt(x.rank())});
                case 7 -> x.size() > 300 ? x : x.broadcastTo(Shape.of(2).concat(x.shape()).dims());
                case 8 -> softmax(x.rank() == 0 ? x.reshape(1) : x, -1);
                case 9 -> x.to(Dtype.FLOAT64).add(1).to(Dtype.FLOAT32);
                case 10 -> imag(fits(x, all, random).to(Dtype.COMPLEX64).mul(x))
                    .add(real(x.to(Dtype.COMPLEX64).T()).T());
                case 11 -> where(x.gt(0), x, fits(x, all, random));
                default -> random.nextBoolean() ? x.sub(fits(x, all, random)) : tanh(fits(x, all, random).mul(x));
            };
            if (apart) eval(y);
            all.add(y);
        }
        return all;
    }

    @Property(tries = 100)
    void compiledIsEager(@ForAll long seed) {
        var compiled = compile((List<Array> inputs) -> graph(new Random(seed), inputs, false));
        var first = inputs(new Random(seed));
        for (var inputs : List.of(first, first.stream().map(x -> x.mul(0.5).add(0.25)).toList())) {
            var want = graph(new Random(seed), inputs, false);
            var got = compiled.apply(inputs);
            eval(want, got);
            for (int i = 0; i < want.size(); i++)
                assertArrayEquals(want.get(i).toFloatArray(), got.get(i).toFloatArray(), 2e-4f,
                    "node " + i + " of seed " + seed);
        }
        assertEquals(1, compiled.traces());
    }

    // ---- files -------------------------------------------------------------------------------------------------

    @Property(tries = 40)
    void filesComeBackEqual(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var arrays = new LinkedHashMap<String, Array>();
        for (var type : Dtype.values()) {
            var x = numbers(random, shape(random, 3, 0)).mul(4).to(type);
            arrays.put("a." + type, random.nextBoolean() ? x.T() : x);
        }
        var folder = Files.createTempDirectory("properties");
        try {
            saveSafetensors(folder.resolve("all.safetensors"), arrays, Map.of());
            savez(folder.resolve("all.npz"), without(arrays, Dtype.BFLOAT16));
            for (var name : List.of("all.safetensors", "all.npz"))
                load(folder.resolve(name)).arrays().forEach((key, got) -> {
                    var want = arrays.get(key);
                    assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape(), name);
                    assertTrue(arrayEqual(want, got, true).itemBoolean(), name + " " + key);
                });
        } finally {
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private static Map<String, Array> without(Map<String, Array> arrays, Dtype type) {
        var rest = new LinkedHashMap<>(arrays);
        rest.values().removeIf(x -> x.dtype() == type);
        return rest;
    }

    // ---- types that meet ---------------------------------------------------------------------------------------

    @Property(tries = 400)
    void promotionIsConversion(@ForAll long seed) {
        var random = new Random(seed);
        var types = Dtype.values();
        var a = arange(5).mul(random.nextInt(4)).to(types[random.nextInt(types.length)]);
        var b = arange(5).add(random.nextInt(4)).to(types[random.nextInt(types.length)]);
        var type = a.dtype().promote(b.dtype());
        assertEquals(type, b.dtype().promote(a.dtype()));
        assertEquals(type, add(a, b).dtype());
        assertTrue(arrayEqual(add(a.to(type), b.to(type)), add(a, b)).itemBoolean(), a.dtype() + " and " + b.dtype());
        assertTrue(arrayEqual(multiply(a.to(type), b.to(type)), multiply(a, b)).itemBoolean(),
            a.dtype() + " and " + b.dtype());
        assertTrue(arrayEqual(where(b.ne(0), a.to(type), b.to(type)), where(b.ne(0), a, b)).itemBoolean(),
            a.dtype() + " and " + b.dtype());
    }

    private static Array fits(Array x, List<Array> all, Random random) {
        var fitting = all.stream().filter(y -> y.shape().equals(x.shape()) || y.rank() == 0).toList();
        return fitting.get(random.nextInt(fitting.size()));
    }

    // ---- views against a model ---------------------------------------------------------------------------------

    /// Plain numbers in row-major order, with a shape.
    private record Model(Shape shape, int[] values) {
        int at(int[] index) {
            int i = 0;
            for (int axis = 0; axis < index.length; axis++) i = i * shape.dim(axis) + index[axis];
            return values[i];
        }

        interface Source { int[] of(int[] index); }

        Model view(Shape to, Source source) {
            var result = new int[(int) to.size()];
            for (int i = 0; i < result.length; i++) {
                var index = new int[to.rank()];
                for (int axis = to.rank() - 1, rest = i; axis >= 0; rest /= to.dim(axis--))
                    index[axis] = rest % to.dim(axis);
                result[i] = at(source.of(index));
            }
            return new Model(to, result);
        }
    }

    @Property(tries = 500)
    void viewsAreCopies(@ForAll long seed) {
        var random = new Random(seed);
        var shape = shape(random, 5, 0);
        var model = new Model(shape, IntStream.range(0, (int) shape.size()).toArray());
        var x = array(model.values, shape.dims());
        var computed = x.add(0);
        for (int i = 0; i < 6; i++) {
            long step = random.nextLong();
            model = viewed(new Random(step), model);
            x = viewed(new Random(step), x);
            computed = viewed(new Random(step), computed);
            assertEquals(model.shape, x.shape());
            if (random.nextInt(3) == 0) eval(x);
        }
        assertArrayEquals(model.values, x.toIntArray(), "of an array, seed " + seed);
        assertArrayEquals(model.values, contiguous(x).toIntArray(), "as a copy, seed " + seed);
        assertArrayEquals(model.values, computed.toIntArray(), "of something computed, seed " + seed);
        assertArrayEquals(IntStream.of(model.values).map(v -> v * 3).toArray(), computed.mul(3).toIntArray(),
            "inside a kernel, seed " + seed);
        assertEquals(IntStream.of(model.values).asLongStream().sum(), x.sum().itemLong());
    }

    private static Array viewed(Random random, Array x) {
        return switch (random.nextInt(5)) {
            case 0 -> x.rank() == 0 ? x : x.transpose(order(random, x.rank()));
            case 1 -> x.reshape(factors(random, x.shape()));
            case 2 -> sliced(random, x);
            case 3 -> x.size() > 500 ? x : x.broadcastTo(wide(random, x.shape()).dims());
            default -> x.reshape(x.shape().insert(random.nextInt(x.rank() + 1), 1));
        };
    }

    private static Model viewed(Random random, Model x) {
        int n = x.shape.rank();
        switch (random.nextInt(5)) {
            case 0 -> {
                if (n == 0) return x;
                var order = order(random, n);
                return x.view(Shape.of(IntStream.of(order).map(x.shape::dim).toArray()), index -> {
                    var from = new int[n];
                    for (int i = 0; i < n; i++) from[order[i]] = index[i];
                    return from;
                });
            }
            case 1 -> { return new Model(factors(random, x.shape), x.values); }
            case 2 -> {
                var ranges = ranges(random, x.shape);
                var places = new int[n][];
                for (int i = 0; i < n; i++) places[i] = places(ranges[i], x.shape.dim(i));
                var to = Shape.of(Arrays.stream(places).mapToInt(p -> p.length).toArray());
                return x.view(to, index -> IntStream.range(0, n).map(i -> places[i][index[i]]).toArray());
            }
            case 3 -> {
                if (x.shape.size() > 500) return x;
                var to = wide(random, x.shape);
                return x.view(to, index -> IntStream.range(0, n)
                    .map(i -> x.shape.dim(i) == 1 ? 0 : index[index.length - n + i]).toArray());
            }
            default -> { return new Model(x.shape.insert(random.nextInt(n + 1), 1), x.values); }
        }
    }

    // As Python counts them.
    private static int[] places(Index.Range range, int length) {
        var found = IntStream.builder();
        int step = range.step();
        IntUnaryOperator wrap = i -> i < 0 ? i + length : i;
        int start = range.start() == null ? step > 0 ? 0 : length - 1 : wrap.applyAsInt(range.start());
        int stop = range.stop() == null ? step > 0 ? length : -1 : wrap.applyAsInt(range.stop());
        start = step > 0 ? Math.max(start, 0) : Math.min(start, length - 1);
        for (int i = start; step > 0 ? i < stop && i < length : i > stop && i >= 0; i += step) found.add(i);
        return found.build().toArray();
    }

    private static Array sliced(Random random, Array x) { return x.get(ranges(random, x.shape())); }

    private static Index.Range[] ranges(Random random, Shape shape) {
        var ranges = new Index.Range[shape.rank()];
        for (int i = 0; i < ranges.length; i++) ranges[i] = range(random, shape.dim(i));
        return ranges;
    }

    private static Index.Range range(Random random, int n) {
        if (n == 0 || random.nextInt(3) > 0) return new Index.Range(null, null, random.nextInt(5) == 0 ? -1 : 1);
        int step = random.nextBoolean() ? 1 : random.nextBoolean() ? 2 : -1;
        int low = random.nextInt(n);
        int high = low + 1 + random.nextInt(n);
        return switch (random.nextInt(3)) {
            case 0 -> step > 0 ? new Index.Range(low, high, step)
                : new Index.Range(high, low == 0 ? null : low - 1, step);
            case 1 -> new Index.Range(low - n, null, step);
            default -> step > 0 ? new Index.Range(null, low + 1, step)
                : new Index.Range(null, low == 0 ? null : low - 1, step);
        };
    }

    private static int[] order(Random random, int n) {
        var axes = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        java.util.Collections.shuffle(axes, random);
        return axes.stream().mapToInt(i -> i).toArray();
    }

    private static Shape wide(Random random, Shape shape) {
        var to = shape;
        for (int i = 0; i < shape.rank(); i++) if (shape.dim(i) == 1) to = to.with(i, random.nextInt(4));
        return random.nextBoolean() ? to : Shape.of(1 + random.nextInt(3)).concat(to);
    }

    private static Shape factors(Random random, Shape shape) {
        long n = shape.size();
        if (n == 0) return random.nextBoolean() ? Shape.of(0) : Shape.of(3, 0, 2);
        var to = Shape.SCALAR;
        while (n > 1) {
            int f = 2 + random.nextInt((int) n - 1);
            while (n % f != 0) f--;
            if (f < 2) f = (int) n;
            to = random.nextBoolean() ? to.concat(Shape.of(f)) : Shape.of(f).concat(to);
            n /= f;
        }
        return random.nextInt(3) == 0 ? to.insert(random.nextInt(to.rank() + 1), 1) : to;
    }

    private static Shape shape(Random random, int longest, int shortest) {
        var dims = new int[random.nextInt(4)];
        for (int i = 0; i < dims.length; i++) dims[i] = random.nextInt(8) == 0 ? shortest : 1 + random.nextInt(longest);
        return Shape.of(dims);
    }

    private static Array numbers(Random random, Shape shape) {
        var values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return array(values, shape.dims());
    }

    // ---- broadcasting ------------------------------------------------------------------------------------------

    @Property(tries = 300)
    void broadcastingIsExplicit(@ForAll long seed) {
        var random = new Random(seed);
        var shape = shape(random, 5, 0);
        var a = numbers(random, narrow(random, shape));
        var b = numbers(random, narrow(random, shape));
        var common = a.shape().broadcast("test", b.shape());
        var wideA = contiguous(a.broadcastTo(common.dims()));
        var wideB = contiguous(b.broadcastTo(common.dims()));
        eval(wideA, wideB);
        assertArrayEquals(wideA.sub(wideB).toFloatArray(), a.sub(b).toFloatArray());
        assertArrayEquals(maximum(wideA, wideB).mul(wideA).toFloatArray(), maximum(a, b).mul(a).toFloatArray());
        assertArrayEquals(wideA.lt(wideB).toBooleanArray(), a.lt(b).toBooleanArray());
        assertEquals(wideA.sub(wideB).sum().item(), a.sub(b).sum().item(), 1e-4);
    }

    private static Shape narrow(Random random, Shape shape) {
        var to = shape.range(random.nextInt(shape.rank() + 1), shape.rank());
        for (int i = 0; i < to.rank(); i++) if (random.nextInt(3) == 0) to = to.with(i, 1);
        return to;
    }

    // ---- trees -------------------------------------------------------------------------------------------------

    record Leaf(@Nullable Array x, int number, @Nullable Leaf deeper) {}

    record Branch(List<Leaf> leaves, Map<String, Array> named, Optional<Leaf> perhaps, String text,
                  @Nullable Object any) {}

    @Property(tries = 100)
    void treesComeBackWhole(@ForAll long seed) {
        var random = new Random(seed);
        var tree = branch(random, 3);
        var leaves = Tree.leaves(tree);
        assertEquals(tree, Tree.with(tree, leaves));
        assertEquals(List.copyOf(Tree.flatten(tree).values()), leaves);
        assertEquals(Tree.flatten(tree).keySet(), Tree.flatten(Tree.map(tree, x -> x.add(1))).keySet());
        assertEquals(leaves.size(), Tree.flatten(tree).size(), "paths are distinct");
        var gradient = grad((Branch b) -> {
            var sum = scalar(0f);
            for (var x : Tree.leaves(b)) sum = sum.add(x.mul(x).sum());
            return sum;
        }).apply(tree);
        var slopes = Tree.leaves(gradient);
        for (int i = 0; i < leaves.size(); i++)
            assertArrayEquals(leaves.get(i).mul(2).toFloatArray(), slopes.get(i).toFloatArray());
    }

    private static Branch branch(Random random, int depth) {
        var leaves = new ArrayList<Leaf>();
        for (int i = random.nextInt(3); i > 0; i--) leaves.add(leaf(random, depth));
        var named = new LinkedHashMap<String, Array>();
        for (int i = random.nextInt(3); i > 0; i--) named.put("key" + i, numbers(random, Shape.of(i)));
        return new Branch(leaves, named, random.nextBoolean() ? Optional.empty() : Optional.of(leaf(random, depth)),
            "text",
            depth > 0 && random.nextBoolean() ? branch(random, depth - 1) : random.nextBoolean() ? null : 7L);
    }

    private static Leaf leaf(Random random, int depth) {
        return new Leaf(random.nextInt(4) == 0 ? null : numbers(random, Shape.of(2)), random.nextInt(),
            depth > 0 && random.nextBoolean()
            ? leaf(random, depth - 1) : null);
    }
}
