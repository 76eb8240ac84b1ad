package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;

class RopeTest {
    private static final List<Dtype> DTYPES = List.of(Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16, Dtype.FLOAT64);

    static List<Provider> providers() { return Provider.all(); }

    @ParameterizedTest @MethodSource("providers") void everyTypeLayoutAndWidth(Provider provider) {
        var random = new Random(11);
        for (var dtype : DTYPES)
            for (var layout : Layout.values())
                for (int[] d : new int[][] {{2, 2}, {8, 6}, {64, 64}, {70, 34}, {128, 128}})
                    for (int kind = 0; kind < 8; kind++)
                        try (var arena = Arena.ofShared()) {
                            var x = Data.random(Data.operand(arena, dtype, layout, 3, 2, 5, d[0]), random);
                            var out = Data.dense(arena, dtype, 3, 2, 5, d[0]);
                            boolean traditional = (kind & 1) != 0;
                            var offset = (kind & 2) != 0 ? perBatch(arena, 3, 1_000_000, 3) : perBatch(arena, 7, 7, 7);
                            var freqs = (kind & 4) == 0 ? null
                                : Data.fill(Data.dense(arena, Dtype.FLOAT32, d[1] / 2), () -> 1 + random.nextInt(9));
                            new Rope(provider).run(x, d[1], traditional, 10000, 0.5, offset, freqs, out);
                            // An angle of a million has lost six digits of float64.
                            double tolerance = Math.max(1e-8, Data.tolerance(dtype));
                            Data.assertClose(rope(x, d[1], traditional, 10000, 0.5, offset, freqs), out, tolerance,
                                tolerance, dtype + " " + layout + " " + d[0] + " " + kind);
                        }
    }

    private static Operand perBatch(Arena arena, double... offsets) {
        var x = Data.of(arena, Dtype.INT32, offsets, 3);
        return new Operand(Dtype.INT32, Shape.of(3, 2), new long[] {1, 0}, x.address());
    }

    private static double[] rope(Operand operand, int dims, boolean traditional, double base, double scale,
                                 Operand offset, Operand freqs) {
        var x = Data.read(operand);
        var y = x.clone();
        int d = operand.dim(-1);
        int steps = operand.dim(-2);
        var offsets = Data.read(offset);
        var divisors = freqs == null ? null : Data.read(freqs);
        for (int r = 0; r < x.length / d; r++)
            for (int i = 0; i < dims / 2; i++) {
                double divisor = divisors == null ? Math.pow(base, 2.0 * i / dims) : divisors[i];
                double angle = (offsets[r / steps] + r % steps) * scale / divisor;
                int a = r * d + (traditional ? 2 * i : i);
                int b = traditional ? a + 1 : a + dims / 2;
                y[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
                y[b] = x[a] * Math.sin(angle) + x[b] * Math.cos(angle);
            }
        return y;
    }
}
