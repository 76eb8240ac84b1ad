package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.cpu.Scans.Scan;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ScansTest {
    @Test void everyScanTypeLengthAndDirection() {
        var random = new Random(10);
        for (var scan : Scan.values())
            for (var dtype : Dtype.values()) {
                if (dtype.isComplex() || scan == Scan.LOGSUMEXP && !dtype.isFloat()) continue;
                for (int n : new int[] {0, 1, 2, 17, 511, 512, 513, 1400})
                    for (int kind = 0; kind < 4; kind++)
                        for (var layout : Layout.values())
                            check(scan, dtype, n, (kind & 1) != 0, (kind & 2) != 0, layout, random);
            }
    }

    private static void check(Scan scan, Dtype dtype, int n, boolean reverse, boolean inclusive, Layout layout,
                              Random random) {
        try (var arena = Arena.ofShared()) {
            var target = dtype.isBool() ? Dtype.INT32 : dtype;
            var x = Data.fill(Data.operand(arena, dtype, layout, 3, n),
                () -> dtype.isFloat() ? 0.9 + 0.2 * random.nextDouble() : random.nextInt(2));
            var out = Data.dense(arena, target, 3, n);
            Scans.run(scan, x, reverse, inclusive, out);
            var values = Data.read(x);
            var want = new double[3 * n];
            for (int r = 0; r < 3; r++) {
                double carry = start(scan, target);
                for (int j = 0; j < n; j++) {
                    int i = r * n + (reverse ? n - 1 - j : j);
                    if (!inclusive) want[i] = carry;
                    double v = values[i];
                    carry = switch (scan) {
                        case SUM -> wrap(target, carry + v);
                        case PROD -> carry * v;
                        case MAX -> Math.max(carry, v);
                        case MIN -> Math.min(carry, v);
                        case LOGSUMEXP -> Math.log(Math.exp(carry) + Math.exp(v));
                    };
                    if (inclusive) want[i] = carry;
                }
            }
            double tolerance = target.isFloat() ? Data.tolerance(target) : 0;
            Data.assertClose(want, out, tolerance, tolerance,
                scan + " " + dtype + " " + n + " " + reverse + " " + inclusive + " " + layout);
        }
    }

    private static double start(Scan scan, Dtype dtype) {
        boolean isSigned = dtype.kind() == Dtype.Kind.SIGNED;
        double range = Math.pow(2, 8 * dtype.bytes() - (isSigned ? 1 : 0));
        return switch (scan) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX, LOGSUMEXP -> dtype.isFloat() ? Double.NEGATIVE_INFINITY : isSigned ? -range : 0;
            case MIN -> dtype.isFloat() ? Double.POSITIVE_INFINITY : dtype.bytes() == 8 ? range : range - 1;
        };
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
            for (var scan : Scan.values()) {
                Scans.run(scan, x, false, true, out);
                assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, Data.read(out), scan.name());
            }
        }
    }

    @Test void complexNumbersAreSummedOnly() {
        try (var arena = Arena.ofShared()) {
            var parts = Data.of(arena, Dtype.FLOAT32, new double[] {1, 2, 3, 4, 5, 6}, 6);
            var sums = Data.dense(arena, Dtype.FLOAT32, 6);
            var x = new Operand(Dtype.COMPLEX64, Shape.of(3), new long[] {1}, parts.address());
            var out = new Operand(Dtype.COMPLEX64, Shape.of(3), new long[] {1}, sums.address());
            Scans.run(Scan.SUM, x, true, true, out);
            assertArrayEquals(new double[] {9, 12, 8, 10, 5, 6}, Data.read(sums));
            assertThrows(IllegalArgumentException.class, () -> Scans.run(Scan.PROD, x, false, true, out));
        }
    }
}
