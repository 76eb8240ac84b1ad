package dev.lazuli.cpu;

import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

class ScansTest {
    private static final List<Scalar> FOLDS =
        List.of(Scalar.ADD, Scalar.MUL, Scalar.MAX, Scalar.MIN, Scalar.LOGADDEXP);

    @Test void everyFoldTypeAndLength() {
        var random = new Random(10);
        for (var fold : FOLDS)
            for (var dtype : Dtype.values()) {
                if (dtype.isComplex() || fold == Scalar.LOGADDEXP && !dtype.isFloat()) continue;
                for (int n : new int[] {0, 1, 2, 17, 511, 512, 513, 1400, 40_003})
                    for (var layout : Layout.values()) check(fold, dtype, n, layout, random);
            }
    }

    private static void check(Scalar fold, Dtype dtype, int n, Layout layout, Random random) {
        try (var arena = Arena.ofShared()) {
            var target = dtype.isBool() ? Dtype.INT32 : dtype;
            var x = Data.fill(Data.operand(arena, dtype, layout, 3, n),
                () -> dtype.isFloat() ? 0.9 + 0.2 * random.nextDouble() : random.nextInt(2));
            var out = Data.dense(arena, target, 3, n);
            Scans.run(fold, x, out);
            var values = Data.read(x);
            var want = new double[3 * n];
            for (int i = 0; i < 3 * n; i++) {
                double v = values[i];
                want[i] = i % n == 0 ? v : switch (fold) {
                    case ADD -> wrap(target, want[i - 1] + v);
                    case MUL -> want[i - 1] * v;
                    case MAX -> Math.max(want[i - 1], v);
                    case MIN -> Math.min(want[i - 1], v);
                    default -> Math.log(Math.exp(want[i - 1]) + Math.exp(v));
                };
            }
            double tolerance = target.isFloat() ? Data.tolerance(target) : 0;
            Data.assertClose(want, out, tolerance, tolerance, fold + " " + dtype + " " + n + " " + layout);
        }
    }

    private static double wrap(Dtype dtype, double v) {
        return switch (dtype) {
            case INT8 -> (byte) (int) v;
            case UINT8 -> (int) v & 0xFF;
            default -> v;
        };
    }

    @Test void notANumberStays() {
        try (var arena = Arena.ofShared()) {
            var x = Data.of(arena, Dtype.FLOAT32, new double[] {1, Double.NaN, 2}, 3);
            var out = Data.dense(arena, Dtype.FLOAT32, 3);
            for (var fold : FOLDS) {
                Scans.run(fold, x, out);
                assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, Data.read(out), fold.name());
            }
        }
    }
}
