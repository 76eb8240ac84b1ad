package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.*;

/// Products with MLX's packed numbers on both providers, against sums in double.
class QuantizedMatmulTest {
    private static final Dtype[] TYPES = {Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16};

    static List<AffineFormat> formats() {
        var all = new ArrayList<AffineFormat>();
        for (int bits : new int[] {4, 8})
            for (int group : new int[] {32, 64, 128})
                for (var scales : TYPES) all.add(new AffineFormat(bits, group, scales));
        return all;
    }

    @ParameterizedTest @MethodSource("formats") void everyDepth(AffineFormat format) {
        for (var provider : Provider.all())
            for (int groups : new int[] {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 40})
                for (int m : new int[] {1, 2, 5})
                    check(provider, format, Dtype.FLOAT32, m, groups * format.group(), 5, 0);
    }

    @ParameterizedTest @MethodSource("formats") void everyNumberOfRowsAndType(AffineFormat format) {
        for (var provider : Provider.all())
            for (var type : TYPES)
                for (int m : new int[] {0, 1, 2, 3, 4, 5, 8, 9, 33, 70})
                    check(provider, format, type, m, 5 * format.group(), 19, 0);
    }

    @ParameterizedTest @MethodSource("formats") void linesWithGaps(AffineFormat format) {
        for (var provider : Provider.all())
            for (int m : new int[] {1, 3, 20}) check(provider, format, Dtype.FLOAT32, m, 18 * format.group(), 35, 3);
    }

    @Test void whatIsNotFiniteStaysSo() {
        for (var provider : Provider.all())
            for (var format : formats())
                for (double special : new double[] {Double.POSITIVE_INFINITY, Double.NaN})
                    try (var arena = Arena.ofConfined()) {
                        int depth = 17 * format.group();
                        var data = new Weights(arena, format, 4, depth, 0);
                        Elements.putDouble(format.scales(), Data.address(data.scales, 17 + 3), special);
                        var x = Data.random(Data.dense(arena, Dtype.FLOAT32, 1, depth), new Random(5));
                        var out = Data.dense(arena, Dtype.FLOAT32, 1, 4);
                        data.multiply(provider, x, out);
                        for (int j = 0; j < 4; j++)
                            assertEquals(j != 1,
                                Double.isFinite(Elements.getDouble(Dtype.FLOAT32, Data.address(out, j))),
                                () -> provider + " " + format + " " + special);
                    }
    }

    private static void check(Provider provider, AffineFormat format, Dtype type, int m, int depth, int n, int gap) {
        try (var arena = Arena.ofConfined()) {
            var w = new Weights(arena, format, n, depth, gap);
            var random = new Random(m);
            var x = Data.fill(Data.dense(arena, type, m, depth), () -> random.nextGaussian() / 10);
            var out = Data.dense(arena, type, m, n);
            w.multiply(provider, x, out);
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) {
                    double want = 0, size = 0;
                    for (int k = 0; k < depth; k++) {
                        double value = Elements.getDouble(type, Data.address(x, (long) i * depth + k));
                        want += value * w.number(j, k);
                        size += Math.abs(value) * w.magnitude(j, k);
                    }
                    double got = Elements.getDouble(type, Data.address(out, (long) i * n + j));
                    double rounding = type == Dtype.FLOAT32 ? 0 : type == Dtype.FLOAT16 ? 1e-3 : 8e-3;
                    if (!(Math.abs(got - want) <= 1e-6 * size + rounding * Math.abs(want)))
                        fail(provider + " " + format + " " + x.shape() + " line " + j + ": expected " + want + ", got "
                            + got);
                }
        }
    }

    /// Random words, scales and biases; after the last ones lie NaNs.
    private static final class Weights {
        final AffineFormat format;
        final Operand words;
        final Operand scales;
        final Operand biases;

        Weights(Arena arena, AffineFormat format, int n, int depth, int gap) {
            this.format = format;
            var random = new Random(n + depth);
            int wide = depth / format.perWord(), groups = depth / format.group();
            var memory = arena.allocate(4L * n * (wide + gap), 64);
            for (int i = 0; i < n * (wide + gap); i++) memory.setAtIndex(JAVA_INT, i, random.nextInt());
            words = new Operand(Dtype.UINT32, Shape.of(n, wide), new long[] {wide + gap, 1}, memory.address());
            scales = Data.random(guarded(arena, n, groups, gap), random);
            biases = Data.random(guarded(arena, n, groups, 2 * gap), random);
        }

        private Operand guarded(Arena arena, int n, int groups, int gap) {
            var type = format.scales();
            long address = arena.allocate((long) type.bytes() * n * (groups + gap) + 64, 64).fill((byte) -1).address();
            return new Operand(type, Shape.of(n, groups), new long[] {groups + gap, 1}, address);
        }

        void multiply(Provider provider, Operand x, Operand out) {
            new QuantizedMatmul(provider, Quantization.affine(format.group(), format.bits()))
                .run(new Operand[] {x, words, scales, biases}, true, out);
        }

        double number(int j, int k) { return field(j, k) * at(scales, j, k) + at(biases, j, k); }

        double magnitude(int j, int k) {
            return Math.abs(field(j, k) * at(scales, j, k)) + Math.abs(at(biases, j, k));
        }

        private int field(int j, int k) {
            long word = Data.address(words, (long) j * words.dim(-1) + k / format.perWord());
            return Ram.ALL.get(JAVA_INT, word) >>> k % format.perWord() * format.bits()
                & (1 << format.bits()) - 1;
        }

        private double at(Operand x, int j, int k) {
            return Elements.getDouble(format.scales(), Data.address(x, (long) j * x.dim(-1) + k / format.group()));
        }
    }
}
