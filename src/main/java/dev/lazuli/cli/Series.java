package dev.lazuli.cli;

import dev.lazuli.cli.work.PackedProduct;
import dev.lazuli.cli.work.Product;
import dev.lazuli.cli.work.Workload;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Shapes of one kind of product, neighbours beside each other.
///
/// @param work of all shapes, with data of their own
record Series(String name, List<String> shapes, Function<SplittableRandom, List<Workload>> work) {
    private static final int[] ODD = {31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 383,
        511, 512, 513, 767, 1000, 1024, 1025};
    private static final int[] DEPTHS = {1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128,
        129, 509, 512, 515, 1021, 1024};
    private static final int[] NARROW = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 64};
    private static final int[] BATCHES = {1, 2, 3, 4, 8, 16, 33, 64};
    /// Rows of a batch that is decoded together.
    private static final int[] DECODED = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 20, 24, 32, 33, 48, 64};
    /// A layer of a model of 8 billion parameters: too large for caches, packed to 4 bits too.
    private static final int OUT = 14336;
    private static final int IN = 4096;

    static List<Series> all() {
        var all = new ArrayList<Series>();
        all.add(products("square", ODD, n -> new int[] {1, n, n, n}));
        all.add(products("any K", DEPTHS, k -> new int[] {1, 512, 512, k}));
        all.add(products("flat", NARROW, m -> new int[] {1, m, 2048, 512}));
        all.add(products("tall", NARROW, n -> new int[] {1, 2048, n, 512}));
        all.add(products("outer", NARROW, k -> new int[] {1, 2048, 1024, k}));
        all.add(products("inner", NARROW, n -> new int[] {1, n, n, 16384}));
        all.add(products("batch of 64³", BATCHES, b -> new int[] {b, 64, 64, 64}));
        all.add(products("batch of heads", BATCHES, b -> new int[] {b, 128, 128, 32}));
        for (var type : List.of(Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16))
            all.add(decode(type.toString(), r -> Product.linear(r, type, DECODED, OUT, IN)));
        for (int bits : new int[] {8, 4})
            all.add(decode(bits + " bits", r -> PackedProduct.of(r, DECODED, OUT, IN, 64, bits)));
        return all;
    }

    private static Series decode(String name, Function<SplittableRandom, List<Workload>> work) {
        return new Series("decode, " + name, Arrays.stream(DECODED).mapToObj(m -> shape(m, OUT, IN)).toList(), work);
    }

    /// @param shape batch, M, N and K for a number
    static Series products(String name, int[] numbers, IntFunction<int[]> shape) {
        var shapes = Arrays.stream(numbers).mapToObj(shape).toList();
        var names = shapes.stream().map(s -> (s[0] > 1 ? s[0] + " of " : "") + shape(s[1], s[2], s[3])).toList();
        return new Series(name, names,
            r -> shapes.stream().<Workload>map(s -> Product.of(r, Dtype.FLOAT32, s[0], s[1], s[2], s[3])).toList());
    }

    private static String shape(int m, int n, int k) { return m + " × " + n + " × " + k; }
}
