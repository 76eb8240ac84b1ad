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

/// Factors and products of square matrices, by our own kernels, or with
/// `-jvmArgsAppend "-Dlazuli.blas=openblas -Dlazuli.blas.products=true"` by the system's library.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class LinalgBenchmark {
    @Param({"svd", "eigh", "eig", "qr", "cholesky", "lu", "solve", "matmul"})
    String work;

    @Param({"256", "512"})
    int n;

    @Param("FLOAT64")
    Dtype type;

    private Supplier<Array> made;

    @Setup public void make() {
        var x = array(new SplittableRandom(1).doubles((long) n * n, -1, 1).toArray(), n, n).to(type);
        var positive = x.matmul(swapaxes(x, 0, 1)).add(eye(n, n, 0, type));
        eval(x, positive);
        made = switch (work) {
            case "svd" -> () -> Linalg.svd(x).u();
            case "eigh" -> () -> Linalg.eigh(positive).vectors();
            case "eig" -> () -> Linalg.eig(x).vectors();
            case "qr" -> () -> Linalg.qr(x).q();
            case "cholesky" -> () -> Linalg.cholesky(positive);
            case "lu" -> () -> Linalg.lu(x).l();
            case "solve" -> () -> Linalg.solve(x, positive);
            default -> () -> x.matmul(x);
        };
    }

    @Benchmark public Array run() {
        var y = made.get();
        eval(y);
        return y;
    }
}
