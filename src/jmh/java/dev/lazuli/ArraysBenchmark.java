package dev.lazuli;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.type.Dtype;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Order, running folds, indices and convolution through the public API, beside a copy of as many bytes and the JDK's
/// own sort of as many numbers. The convolution has 8 · 64 · 64 · 128 · 128 · 9 multiplications.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ArraysBenchmark {
    private static final int N = 1 << 22;

    @Param({"copy", "cumsum_rows", "cumsum", "gather_rows", "scatter_rows", "take_elements", "sort_rows", "sort",
        "argsort_rows", "jdk_sort", "conv2d"})
    String work;

    private Supplier<Array> made;
    private int[] plain;

    @Setup public void make() {
        var random = new SplittableRandom(1);
        var values = new float[N];
        for (int i = 0; i < N; i++) values[i] = (float) random.nextDouble();
        plain = new int[N];
        for (int i = 0; i < N; i++) plain[i] = random.nextInt();
        var places = new int[N];
        for (int i = 0; i < N; i++) places[i] = random.nextInt(N);
        var x = array(values, N);
        var rows = array(values, N / 1024, 1024);
        var chosen = array(java.util.Arrays.stream(places, 0, N / 1024).map(i -> i % (N / 1024)).toArray());
        var each = array(places);
        var images = array(values, 8, 64, 64, 128);
        var kernel = array(java.util.Arrays.copyOf(values, 128 * 9 * 128), 128, 3, 3, 128);
        eval(x, rows, chosen, each, images, kernel);
        made = switch (work) {
            case "copy" -> () -> rows.mul(1.5f);
            case "cumsum_rows" -> () -> cumsum(rows, -1);
            case "cumsum" -> () -> cumsum(x, 0);
            case "gather_rows" -> () -> take(rows, chosen, 0);
            case "scatter_rows" -> () -> zeros(Dtype.FLOAT32, N / 1024, 1024).at(Index.of(chosen)).add(rows);
            case "take_elements" -> () -> take(x, each, 0);
            case "sort_rows" -> () -> sort(rows, -1);
            case "sort" -> () -> sort(x, 0);
            case "argsort_rows" -> () -> argsort(rows, -1);
            case "conv2d" -> () -> conv2d(images, kernel, Convolving.PLAIN.padding(1));
            default -> () -> x;
        };
    }

    @Benchmark public Object run() {
        if (work.equals("jdk_sort")) {
            var copy = plain.clone();
            java.util.Arrays.parallelSort(copy);
            return copy;
        }
        var y = made.get();
        eval(y);
        return y;
    }
}
