package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

class CopiesTest {
    private static final List<Dtype> DTYPES = List.of(Dtype.UINT8, Dtype.INT16, Dtype.FLOAT32, Dtype.INT64);
    private static final int[][] SHAPES = {
        {}, {1}, {0}, {5}, {3, 0, 2}, {1, 1, 1}, {7, 1, 5}, {2, 3, 4, 5}, {33, 65}, {64, 3, 40}, {4, 4, 4}, {300, 301}};

    @Test void everyLayoutToEveryOther() {
        var random = new Random(5);
        for (var dtype : DTYPES)
            for (int[] dims : SHAPES)
                for (var from : Layout.values())
                    for (var to : Layout.values()) {
                        if (to == Layout.REPEATED) continue;
                        try (var arena = Arena.ofShared()) {
                            var x = Data.fill(Data.operand(arena, dtype, from, dims), () -> random.nextInt(100));
                            check(x, Data.operand(arena, dtype, to, dims), dtype + " " + from + " " + to);
                        }
                    }
    }

    @Property(tries = 300) void anyPermutationAndStep(@ForAll long seed, @ForAll @IntRange(max = 5) int rank) {
        var random = new Random(seed);
        var dtype = DTYPES.get(random.nextInt(DTYPES.size()));
        try (var arena = Arena.ofShared()) {
            check(Data.fill(strided(arena, dtype, random, dims(rank, seed)), () -> random.nextInt(100)),
                strided(arena, dtype, random, dims(rank, seed)), "seed " + seed);
        }
    }

    @Test void broadcastsFill() {
        for (var dtype : DTYPES)
            for (int n : new int[] {1, 63, 64, 65, 5000, 70_001})
                try (var arena = Arena.ofShared()) {
                    var one = Data.fill(Data.dense(arena, dtype, 1), () -> 42);
                    var x = new Operand(dtype, Shape.of(3, n), new long[] {0, 0}, one.address());
                    check(x, Data.operand(arena, dtype, Layout.PADDED, 3, n), dtype + " " + n);
                    check(x, Data.dense(arena, dtype, 3, n), dtype + " " + n);
                }
    }

    private static int[] dims(int rank, long seed) {
        return new Random(seed).ints(rank, 1, 12).toArray();
    }

    /// Axes in a random order of strides, some steps doubled, some backwards.
    private static Operand strided(Arena arena, Dtype dtype, Random random, int[] dims) {
        var order = new java.util.ArrayList<Integer>();
        for (int i = 0; i < dims.length; i++) order.add(random.nextInt(order.size() + 1), i);
        long[] strides = new long[dims.length];
        long next = 1;
        long first = 0;
        for (int i : order) {
            strides[i] = next * (1 + random.nextInt(2));
            next = strides[i] * dims[i];
            if (random.nextBoolean()) {
                first += strides[i] * (dims[i] - 1);
                strides[i] = -strides[i];
            }
        }
        long address = arena.allocate(next * dtype.bytes(), 8).address();
        return new Operand(dtype, Shape.of(dims), strides, address + first * dtype.bytes());
    }

    private static void check(Operand x, Operand out, String what) {
        Copies.copy(x, out);
        assertArrayEquals(Data.read(x), Data.read(out), what);
    }
}
