package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Quantization.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What holds of packed matrices in each of MLX's modes, against plain loops over their bits.
class QuantizationTest {
    private static final Dtype[] TYPES = {Dtype.FLOAT32, Dtype.FLOAT16, Dtype.BFLOAT16};

    @Provide Arbitrary<Quantization> formats() { return Arbitraries.of(Quantization.all()); }

    private static Array numbers(Random random, int... dims) {
        var values = new float[IntStream.of(dims).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return array(values, dims);
    }

    // ---- a model ------------------------------------------------------------------------------------------------

    /// Bits [at, at + count) of a line of words, the first in the lowest bits.
    private static int bits(int[] words, int from, int at, int count) {
        int q = 0;
        for (int i = 0; i < count; i++) q |= (words[from + (at + i) / 32] >>> (at + i) % 32 & 1) << i;
        return q;
    }

    /// A float of so many exponent and mantissa bits after its sign.
    private static double minifloat(int code, int exponent, int mantissa, int bias) {
        int e = code >>> mantissa & (1 << exponent) - 1, m = code & (1 << mantissa) - 1;
        double size = e == 0 ? Math.scalb((double) m, 1 - bias - mantissa)
            : Math.scalb((double) (1 << mantissa) + m, e - bias - mantissa);
        return (code >>> exponent + mantissa & 1) == 0 ? size : -size;
    }

    private static double[] model(Quantized w, Quantization format) {
        var words = w.weight().view(Dtype.INT32).toIntArray();
        var scales = w.scales().to(Dtype.FLOAT32).toFloatArray();
        var biases = format.isAffine() ? w.biases().to(Dtype.FLOAT32).toFloatArray() : new float[0];
        int wide = w.weight().dim(-1), columns = wide * 32 / format.bits();
        var all = new double[words.length / wide * columns];
        for (int i = 0; i < all.length; i++) {
            int q = bits(words, i / columns * wide, i % columns * format.bits(), format.bits());
            int g = i / format.group();
            all[i] = switch (format.mode()) {
                case AFFINE -> q * (double) scales[g] + biases[g];
                case MXFP4 -> minifloat(q, 2, 1, 1) * Math.scalb(1.0, (int) scales[g] - 127);
                case MXFP8 -> minifloat(q, 4, 3, 7) * Math.scalb(1.0, (int) scales[g] - 127);
                case NVFP4 -> minifloat(q, 2, 1, 1) * minifloat((int) scales[g], 4, 3, 7);
            };
        }
        return all;
    }

    // ---- properties ---------------------------------------------------------------------------------------------

    /// Any words and scales.
    private static Quantized any(Random random, Quantization format, int rows, int groups) {
        int wide = groups * format.group() * format.bits() / 32;
        var words = array(random.ints((long) rows * wide).toArray(), rows, wide).view(Dtype.UINT32);
        if (format.isAffine())
            return new Quantized(words, numbers(random, rows, groups), numbers(random, rows, groups));
        int low = format.mode() == Mode.NVFP4 ? 0 : 100, high = format.mode() == Mode.NVFP4 ? 127 : 150;
        var scales = array(random.ints((long) rows * groups, low, high).toArray(), rows, groups);
        return new Quantized(words, scales.to(Dtype.UINT8), null);
    }

    @Property(tries = 200)
    void bitsMeanWhatTheModelSays(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        var w = any(random, format, 1 + random.nextInt(4), 1 + random.nextInt(5));
        var want = model(w, format);
        var got = dequantize(w, format, Dtype.FLOAT32).toFloatArray();
        for (int i = 0; i < want.length; i++) assertEquals(want[i], got[i], 1e-6 * (256 + Math.abs(want[i])));
    }

    /// Of the numbers that a group's scale allows, each becomes the nearest.
    @Property(tries = 100)
    void eachBecomesTheNearestOfItsGroup(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        var w = numbers(random, 2, 2 * Math.max(64, format.group())).mul(Math.exp(6 * random.nextGaussian()));
        var q = quantize(w, format);
        var got = dequantize(q, format, Dtype.FLOAT32).toFloatArray();
        var want = w.toFloatArray();
        for (int g = 0; g < want.length / format.group(); g++) {
            var numbers = numbers(q, format, g);
            double most = DoubleStream.of(numbers).map(Math::abs).max().orElseThrow();
            for (int i = g * format.group(); i < (g + 1) * format.group(); i++) {
                double best = Double.POSITIVE_INFINITY;
                for (double number : numbers) best = Math.min(best, Math.abs(number - want[i]));
                if (!(Math.abs((double) got[i] - want[i]) <= best + 1e-6 * most))
                    fail(format + ": " + want[i] + " became " + got[i] + ", " + best + " was possible");
            }
        }
    }

    /// All that a number of a group can be.
    private static double[] numbers(Quantized w, Quantization format, int group) {
        int count = 1 << format.bits();
        var codes = new int[count * format.bits() / 32 + 8];
        for (int i = 0; i < count * format.bits(); i++)
            codes[i / 32] |= (i / format.bits() >>> i % format.bits() & 1) << i % 32;
        int wide = format.group() * format.bits() / 32, lines = Math.max(1, count / format.group());
        var all = new ArrayList<Double>();
        for (int line = 0; line < lines; line++) {
            var words = array(Arrays.copyOfRange(codes, line * wide, (line + 1) * wide), 1, wide);
            var one = new Quantized(words.view(Dtype.UINT32), flatten(w.scales()).get(Index.range(group, group + 1))
                .reshape(1, 1), w.biases() == null ? null
                : flatten(w.biases()).get(Index.range(group, group + 1)).reshape(1, 1));
            for (double number : model(one, format)) all.add(number);
        }
        // the codes that are no numbers elsewhere are not used
        return IntStream.range(0, Math.min(count, all.size()))
            .filter(c -> format.mode() != Mode.MXFP8 || (c & 127) != 127).mapToDouble(all::get).toArray();
    }

    /// In affine mode the extreme of larger magnitude is exact, and the scale lets the other one nearly in; powers of
    /// two are the nearest by their logarithm.
    @Property(tries = 100)
    void scalesFitTheirGroups(@ForAll("formats") Quantization format, @ForAll long seed) {
        var w = numbers(new Random(seed), 2, 2 * Math.max(64, format.group()));
        var q = quantize(w, format);
        var scales = q.scales().to(Dtype.FLOAT32).toFloatArray();
        var extremes = max(abs(w).reshape(-1, format.group()), 1).toFloatArray();
        var got = max(abs(dequantize(q, format, Dtype.FLOAT32)).reshape(-1, format.group()), 1).toFloatArray();
        for (int g = 0; g < scales.length; g++) {
            double most = extremes[g];
            switch (format.mode()) {
                case AFFINE -> assertTrue(got[g] >= most * (1 - 1e-5), "the extreme is there");
                case MXFP4, MXFP8 -> {
                    double power = Math.log(most / (format.bits() == 4 ? 6 : 448)) / Math.log(2) + 127;
                    assertEquals(power, scales[g], 0.5001);
                }
                case NVFP4 -> assertEquals(most / 6, minifloat((int) scales[g], 4, 3, 7), most / 6 / 16 + 0x1p-10);
            }
        }
    }

    @Property(tries = 200)
    void productsAreThoseOfTheMatrix(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        int groups = 1 + random.nextInt(5), n = format.group() * groups, m = 1 + random.nextInt(90);
        int rows = 1 + random.nextInt(70);
        boolean transpose = random.nextBoolean();
        var type = TYPES[random.nextInt(3)];
        var q = columns(quantize(numbers(random, rows, 2 * n).to(type), format), format, groups);
        var x = numbers(random, m, transpose ? n : rows).to(type);
        var w = dequantize(q, format, Dtype.FLOAT32);
        var wide = x.to(Dtype.FLOAT32);
        var got = quantizedMatmul(x, q, transpose, format);
        assertEquals(type, got.dtype());
        close(matmul(wide, transpose ? w.T() : w), got.to(Dtype.FLOAT32),
            matmul(abs(wide), transpose ? abs(w).T() : abs(w)), type);
    }

    /// The second half: lines with gaps between them.
    private static Quantized columns(Quantized w, Quantization format, int groups) {
        int words = groups * format.group() * format.bits() / 32;
        return new Quantized(w.weight().get(Index.all(), Index.range(words, 2 * words)), half(w.scales(), groups),
            w.biases() == null ? null : half(w.biases(), groups));
    }

    private static Array half(Array x, int groups) { return x.get(Index.all(), Index.range(groups, 2 * groups)); }

    /// Errors are relative to the sum of magnitudes.
    private static void close(Array want, Array got, Array sizes, Dtype type) {
        assertEquals(want.shape(), got.shape());
        double rounding = type == Dtype.FLOAT32 ? 0 : type == Dtype.FLOAT16 ? 1e-3 : 8e-3;
        var a = want.toFloatArray();
        var b = got.toFloatArray();
        var size = sizes.toFloatArray();
        for (int i = 0; i < a.length; i++)
            assertEquals(a[i], b[i], 4e-6 * (size[i] + 1) + rounding * Math.abs(a[i]), type + " at " + i);
    }

    @Property(tries = 60)
    void batchesAreEachOfThem(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        int n = 2 * format.group();
        var w = quantize(numbers(random, 3, 32, n), format);
        var x = numbers(random, 3, 4, n);
        var both = gatherQmm(x, w, null, null, true, format);
        UnaryOperator<List<Array>> one = in -> List.of(quantizedMatmul(in.get(0),
            new Quantized(in.get(1), in.get(2), in.size() > 3 ? in.get(3) : null), true, format));
        var parts = new ArrayList<>(List.of(x, w.weight(), w.scales()));
        if (w.biases() != null) parts.add(w.biases());
        same(both, vmap(one).apply(parts).getFirst());
        var chosen = gatherQmm(x, w, array(2, 0, 2), array(1, 1, 0), true, format);
        for (int i = 0; i < 3; i++) {
            int left = i == 1 ? 0 : 2, right = i == 2 ? 0 : 1;
            same(quantizedMatmul(x.get(left), new Quantized(w.weight().get(right), w.scales().get(right),
                w.biases() == null ? null : w.biases().get(right)), true, format), chosen.get(i));
        }
    }

    private static void same(Array want, Array got) {
        assertEquals(want.shape(), got.shape());
        var a = want.toFloatArray();
        var b = got.toFloatArray();
        double most = max(abs(want)).item();
        for (int i = 0; i < a.length; i++) assertEquals(a[i], b[i], 1e-5 * most);
    }

    /// The gradient of x stays on packed weights.
    @Property(tries = 60)
    void gradientsAreThoseOfTheMatrix(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        var w = quantize(numbers(random, 32, 2 * format.group()), format);
        var x = numbers(random, 3, 2 * format.group());
        var dense = dequantize(w, format, Dtype.FLOAT32);
        same(grad((Array y) -> sum(square(y.matmul(dense.T())))).apply(x),
            grad((Array y) -> sum(square(quantizedMatmul(y, w, true, format)))).apply(x));
    }

    // ---- eight-bit floats ---------------------------------------------------------------------------------------

    @Example void eightBitFloatsAreTheNearest() {
        var all = IntStream.range(0, 256).mapToDouble(code -> minifloat(code, 4, 3, 7)).toArray();
        var back = fromFp8(arange(256).to(Dtype.UINT8), Dtype.FLOAT64).toDoubleArray();
        for (int code = 0; code < 256; code++) assertEquals(all[code], back[code]);
        var random = new Random(3);
        var x = random.doubles(4000).map(u -> Math.exp(16 * u - 9) * (random.nextBoolean() ? 1 : -1)).toArray();
        // between each two numbers, beside them, and at the ends
        var edges = IntStream.range(0, 126).boxed().flatMap(c -> {
            double middle = (all[c] + all[c + 1]) / 2;
            return List.of(middle, Math.nextUp(middle), Math.nextDown(middle), all[c], Math.nextUp(all[c])).stream();
        }).mapToDouble(d -> d).toArray();
        for (var values : List.of(x, edges)) {
            var codes = toFp8(array(values)).toIntArray();
            for (int i = 0; i < values.length; i++) {
                double best = Double.POSITIVE_INFINITY;
                for (int code = 0; code < 256; code++)
                    if ((code & 127) != 127) best = Math.min(best, Math.abs(all[code] - values[i]));
                assertEquals(best, Math.abs(all[codes[i]] - values[i]), values[i] + " became " + codes[i]);
            }
        }
        for (int c = 0; c < 126; c++) // of two as near, the even one
            assertEquals(c + (c & 1), toFp8(scalar((all[c] + all[c + 1]) / 2, Dtype.FLOAT64)).item());
    }

    @Example void whatIsNoNumberOfEightBitsIsTheLargest() {
        var x = array(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -0f, 1e-30f, -1e-30f);
        assertEquals(List.of(126, 254, 126, 128, 0, 128), IntStream.of(toFp8(x).toIntArray()).boxed().toList());
    }

    // ---- both packed --------------------------------------------------------------------------------------------

    @Property(tries = 60)
    void bothOperandsArePacked(@ForAll("formats") Quantization format, @ForAll long seed) {
        var random = new Random(seed);
        var x = numbers(random, 3, 2 * format.group());
        var w = numbers(random, 32, 2 * format.group());
        var packed = dequantize(quantize(x, format), format, Dtype.FLOAT32);
        var q = quantize(w, format);
        var want = quantizedMatmul(packed, q, true, format);
        same(want, qqmm(x, q, format));
        same(want, qqmm(x, w, format));
        // as if nothing were rounded
        var dense = dequantize(q, format, Dtype.FLOAT32);
        same(grad((Array y) -> sum(y.matmul(dense.T()))).apply(x), grad((Array y) -> sum(qqmm(y, q, format))).apply(x));
    }

    @Example void aScaleOfTheWhole() {
        var w = numbers(new Random(4), 4, 64).mul(1e-4);
        var most = max(abs(w));
        var q = quantize(w, Quantization.NVFP4, most);
        double error = max(abs(dequantize(q, Quantization.NVFP4, Dtype.FLOAT32, most).sub(w))).div(most).item();
        assertTrue(error < 0.2, () -> "error " + error);
    }

    @Example void whatDoesNotFitIsRejected() {
        var w = zeros(2, 64);
        var q = quantize(w, Quantization.MXFP4);
        for (Runnable wrong : List.<Runnable>of(
            () -> Quantization.affine(64, 7), () -> Quantization.affine(16, 4), () -> quantize(zeros(2, 48), 32, 4),
            () -> new Quantization(Mode.NVFP4, 32, 4), () -> quantize(w, Quantization.MXFP8, scalar(1.0)),
            () -> dequantize(q, Quantization.affine(32, 4)), () -> dequantize(q, Quantization.MXFP8),
            () -> quantizedMatmul(zeros(1, 32), q, true, Quantization.MXFP4), () -> toFp8(arange(3)),
            () -> fromFp8(arange(3), Dtype.FLOAT32))) {
            var message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
            assertTrue(message.matches("\\w+: .+"), message);
        }
    }
}
