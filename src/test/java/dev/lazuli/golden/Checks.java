package dev.lazuli.golden;

import static dev.lazuli.Lazuli.flatten;
import static dev.lazuli.Lazuli.moveaxis;
import static dev.lazuli.Lazuli.takeAlongAxis;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.Array;
import java.util.Arrays;
import java.util.List;

/// What is compared where results are not unique.
final class Checks {
    private Checks() {}

    static void run(String check, Call call, List<Array> wanted, List<Array> all, Compare compare) {
        if (Factors.run(check, call.x(), wanted, all, compare)) return;
        var want = wanted.getFirst();
        var got = all.getFirst();
        assertEquals(want.dtype() + " " + want.shape(), got.dtype() + " " + got.shape());
        boolean flat = call.args().containsKey("axis") && !call.has("axis");
        var x = flat ? flatten(call.x()) : call.x();
        int axis = flat ? 0 : call.integer("axis", -1);
        switch (check) {
            case "partition" -> {
                boolean places = !got.dtype().equals(x.dtype());
                partition(rows(x, axis), rows(places ? takeAlongAxis(x, got, axis) : got, axis),
                    call.integer("kth", 0));
            }
            case "topk" -> multiset(rows(want, axis), rows(got, axis));
            case "multiset" -> multiset(rows(flatten(want), 0), rows(flatten(got), 0));
            default -> throw new Later("the check " + check);
        }
    }

    private static double[][] rows(Array x, int axis) {
        var last = moveaxis(x, axis, -1);
        var all = last.toDoubleArray();
        int n = last.dim(-1), rows = n == 0 ? 0 : all.length / n;
        var result = new double[rows][];
        for (int i = 0; i < rows; i++) result[i] = Arrays.copyOfRange(all, i * n, (i + 1) * n);
        return result;
    }

    private static void multiset(double[][] want, double[][] got) {
        for (int i = 0; i < want.length; i++) assertArrayEquals(sorted(want[i]), sorted(got[i]));
    }

    private static double[] sorted(double[] row) {
        var copy = row.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static void partition(double[][] x, double[][] got, int kth) {
        multiset(x, got);
        for (int i = 0; i < x.length; i++) {
            int k = Math.floorMod(kth, x[i].length);
            assertEquals(sorted(x[i])[k], got[i][k]);
            for (int j = 0; j < x[i].length; j++)
                assertTrue(j < k ? got[i][j] <= got[i][k] : got[i][j] >= got[i][k], "row " + i + ", place " + j);
        }
    }
}
