package dev.lazuli.cli;

import dev.lazuli.cli.work.PackedProduct;
import dev.lazuli.cli.work.Product;
import dev.lazuli.cli.work.Workload;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Shapes of one kind of product, neighbours beside each other.
record Series(String name, SequencedMap<String, Function<SplittableRandom, Workload>> shapes) {
    private static final int[] ODD = {31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 383, 511, 512, 513, 767, 1000, 1024, 1025};
    private static final int[] DEPTHS = {1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 509, 512, 515, 1021, 1024};
    private static final int[] NARROW = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 48, 64};
    private static final int[] BATCHES = {1, 2, 3, 4, 8, 16, 33, 64};
    /// Rows of a batch that is decoded together; the matrix is a layer of a model of 7 billion parameters.
    private static final int[] DECODED = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 20, 24, 32, 33, 48, 64};
    private static final int WIDTH = 4096;

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
        for (var type : List.of(Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16)) {
            all.add(of("decode, " + type, DECODED, Series::rows, rows -> r -> Product.linear(r, type, rows, WIDTH, WIDTH)));
        }
        for (int bits : new int[] {8, 4}) {
            all.add(of("decode, " + bits + " bits", DECODED, Series::rows, rows -> r -> PackedProduct.of(r, rows, WIDTH, WIDTH, 64, bits)));
        }
        return all;
    }

    private static String rows(int rows) { return rows + " × " + WIDTH + "²"; }

    /// @param shape batch, M, N and K for a number
    private static Series products(String name, int[] numbers, IntFunction<int[]> shape) {
        return of(name, numbers, x -> {
            int[] s = shape.apply(x);
            return (s[0] > 1 ? s[0] + " of " : "") + s[1] + " × " + s[2] + " × " + s[3];
        }, x -> {
            int[] s = shape.apply(x);
            return r -> Product.of(r, Dtype.FLOAT32, s[0], s[1], s[2], s[3]);
        });
    }

    private static Series of(String name, int[] numbers, IntFunction<String> label,
                             IntFunction<Function<SplittableRandom, Workload>> work) {
        var shapes = new LinkedHashMap<String, Function<SplittableRandom, Workload>>();
        for (int x : numbers) shapes.put(label.apply(x), work.apply(x));
        return new Series(name, shapes);
    }
}
