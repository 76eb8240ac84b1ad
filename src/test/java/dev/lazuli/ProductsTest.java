package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lazuli.type.Dtype;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Products of chosen, cut and masked matrices, where MLX has no results to compare with.
class ProductsTest {
    private static Array numbers(int seed, int... dims) {
        var random = new Random(seed);
        return array(random.doubles(IntStream.of(dims).reduce(1, Math::multiplyExact), -1, 1).toArray(), dims);
    }

    private static void same(Array want, Array got) {
        assertEquals(want.shape(), got.shape());
        var a = want.toDoubleArray();
        var b = got.toDoubleArray();
        for (int i = 0; i < a.length; i++) assertEquals(a[i], b[i], 1e-9 * (1 + Math.abs(a[i])));
    }

    /// Differences along a direction against the gradient.
    private static void checkGradient(UnaryOperator<Array> f, Array x) {
        var direction = numbers(77, x.shape().dims());
        double along = sum(grad((Array y) -> sum(square(f.apply(y)))).apply(x).mul(direction)).item();
        double step = 1e-5;
        double up = sum(square(f.apply(x.add(direction.mul(step))))).item();
        double down = sum(square(f.apply(x.sub(direction.mul(step))))).item();
        assertEquals((up - down) / (2 * step), along, 1e-6 * (1 + Math.abs(along)));
    }

    @Test void segmentsKnownAndUnknown() {
        var a = numbers(1, 3, 10);
        var b = numbers(2, 10, 4);
        var known = array(new int[] {0, 3, 4, 4, 2, 10}, 3, 2);
        var unknown = known.add(0);
        same(segmentedMm(a, b, known), segmentedMm(a, b, unknown));
        assertEquals(List.of(3, 1, 3, 4), IntStream.of(segmentedMm(a, b, known.reshape(3, 1, 2)).shape().dims()).boxed()
            .toList());
        for (var segments : List.of(known, known.add(0))) {
            checkGradient(x -> segmentedMm(x, b, segments), a);
            checkGradient(x -> segmentedMm(a, x, segments), b);
        }
        UnaryOperator<List<Array>> each = in -> List.of(segmentedMm(a, b, in.getFirst()));
        same(segmentedMm(a, b, known).reshape(3, 1, 3, 4),
            vmap(each).apply(List.of(known.reshape(3, 1, 2))).getFirst());
        assertEquals(List.of(0, 3, 4), IntStream.of(segmentedMm(a, b, zeros(Dtype.INT32, 0, 2)).shape().dims()).boxed()
            .toList());
    }

    @Test void aSegmentLeavesInfinitiesOutsideAlone() {
        var a = array(new double[] {1, Double.POSITIVE_INFINITY, 2}, 1, 3);
        var b = array(new double[] {3, 0, Double.NaN}, 3, 1);
        var known = array(new int[] {0, 1}, 1, 2);
        assertEquals(3, segmentedMm(a, b, known).item());
        assertEquals(3, segmentedMm(a, b, known.add(0)).item());
    }

    /// MLX multiplies the gradient of the result's mask by the mask once more.
    @Test void masksOfBlocksHaveGradients() {
        var a = numbers(3, 2, 5, 7);
        var b = numbers(4, 2, 7, 6);
        Array out = numbers(5, 2, 2, 2), left = numbers(6, 2, 2, 2), right = numbers(7, 2, 2, 2);
        checkGradient(x -> blockMaskedMm(a, b, 4, x, left, right), out);
        checkGradient(x -> blockMaskedMm(a, b, 4, out, x, right), left);
        checkGradient(x -> blockMaskedMm(a, b, 4, out, left, x), right);
        checkGradient(x -> blockMaskedMm(x, b, 4, out, left, right), a);
        same(a.matmul(b), blockMaskedMm(a, b, 32, null, null, null));
    }

    @Test void numbersChooseMatrices() {
        var a = numbers(8, 2, 2, 3, 4);
        var b = numbers(9, 3, 4, 5);
        var got = gatherMm(a, b, array(new int[] {3, 1}, 2, 1), array(new int[] {2, 0, 0}, 1, 3));
        var flat = a.reshape(4, 3, 4);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                same(flat.get(i == 0 ? 3 : 1).matmul(b.get(j == 0 ? 2 : 0)), got.get(i).get(j));
        checkGradient(x -> gatherMm(x, b, array(3, 3, 0), array(1, 1, 0)), a);
        checkGradient(x -> gatherMm(a, x, array(3, 3, 0), array(1, 1, 0)), b);
    }

    @Test void whatDoesNotFitIsRejected() {
        var a = numbers(1, 3, 10);
        for (Runnable wrong : List.<Runnable>of(
            () -> segmentedMm(a, numbers(2, 9, 4), array(new int[] {0, 1}, 1, 2)),
            () -> segmentedMm(a, numbers(2, 10, 4), array(new int[] {0, 11}, 1, 2)),
            () -> segmentedMm(a, numbers(2, 10, 4), array(0, 1, 2)),
            () -> blockMaskedMm(a, numbers(2, 10, 4), 32, ones(2, 1), null, null),
            () -> gatherMm(array(1f), a, null, null)))
            assertThrows(IllegalArgumentException.class, wrong::run);
    }
}
