package dev.lazuli.cpu;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Data.Layout;
import dev.lazuli.cpu.Indexing.Update;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class IndexingTest {
    private static final List<Dtype> INDICES = List.of(Dtype.INT32, Dtype.UINT8, Dtype.INT64, Dtype.UINT64, Dtype.INT8);
    private static final List<Dtype> REALS =
        java.util.Arrays.stream(Dtype.values()).filter(t -> !t.isComplex() && !t.isBool()).toList();
    private static final int[][] SHAPES = {{7}, {5, 4}, {3, 6, 5}, {2, 3, 4, 300}};

    @Test void gatherAgreesWithALoop() {
        var random = new Random(6);
        for (var dtype : REALS)
            for (int[] dims : SHAPES)
                for (int axis = 0; axis < dims.length; axis++)
                    for (var layout : Layout.values())
                        try (var arena = Arena.ofShared()) {
                            var source = Data.fill(Data.operand(arena, dtype, layout, dims), () -> random.nextInt(100));
                            var shape = source.shape().with(axis, 9);
                            var index = index(arena, random, shape, source.dim(axis), layout);
                            var out = Data.dense(arena, dtype, shape.dims());
                            Indexing.gather(source, index, axis, out);
                            var values = Data.read(source);
                            var indices = Data.read(index);
                            var want = new double[(int) shape.size()];
                            for (int i = 0; i < want.length; i++)
                                want[i] = values[position(source, shape, i, axis, at(indices, i, source.dim(axis)))];
                            assertArrayEquals(want, Data.read(out),
                                dtype + " " + source.shape() + " " + axis + " " + layout);
                        }
    }

    @Test void scatterAgreesWithALoop() {
        var random = new Random(7);
        for (var dtype : REALS)
            for (int[] dims : SHAPES)
                for (int axis = 0; axis < dims.length; axis++)
                    for (var update : Update.values())
                        try (var arena = Arena.ofShared()) {
                            var layout = Layout.values()[random.nextInt(Layout.values().length)];
                            var target = Data.fill(Data.dense(arena, dtype, dims), () -> random.nextInt(3));
                            var shape = target.shape().with(axis, 4);
                            var index = index(arena, random, shape, target.dim(axis), layout);
                            var updates = Data.fill(Data.operand(arena, dtype, layout, shape.dims()),
                                () -> random.nextInt(3));
                            var want = Data.read(target);
                            var changes = Data.read(updates);
                            var indices = Data.read(index);
                            for (int i = 0; i < changes.length; i++) {
                                int at = position(target, shape, i, axis, at(indices, i, target.dim(axis)));
                                want[at] = switch (update) {
                                    case SET -> changes[i];
                                    case ADD -> want[at] + changes[i];
                                    case MUL -> want[at] * changes[i];
                                    case MIN -> Math.min(want[at], changes[i]);
                                    case MAX -> Math.max(want[at], changes[i]);
                                };
                            }
                            Indexing.scatter(target, index, axis, updates, update);
                            assertArrayEquals(want, Data.read(target),
                                dtype + " " + target.shape() + " " + axis + " " + update);
                        }
    }

    @Test void rowsOfATableAreGathered() {
        var random = new Random(8);
        try (var arena = Arena.ofShared()) {
            var table = Data.random(Data.dense(arena, Dtype.FLOAT16, 50, 64), random);
            var column = Data.of(arena, Dtype.INT32, new double[] {3, -1, 3, 49, 0}, 5, 1);
            var index = new Operand(Dtype.INT32, Shape.of(5, 64), new long[] {1, 0}, column.address());
            var out = Data.dense(arena, Dtype.FLOAT16, 5, 64);
            Indexing.gather(table, index, 0, out);
            for (int r = 0; r < 5; r++)
                for (int i = 0; i < 64; i++)
                    assertEquals(Data.read(table)[new int[] {3, 49, 3, 49, 0}[r] * 64 + i], Data.read(out)[r * 64 + i]);
        }
    }

    @Test void badIndicesAreNamedBeforeAnythingIsWritten() {
        try (var arena = Arena.ofShared()) {
            for (double bad : new double[] {5, -6, 1e9}) {
                var source = Data.fill(Data.dense(arena, Dtype.FLOAT32, 5), () -> 1);
                var index = Data.of(arena, Dtype.INT64, new double[] {0, bad}, 2);
                var out = Data.dense(arena, Dtype.FLOAT32, 2);
                var e = assertThrows(IndexOutOfBoundsException.class, () -> Indexing.gather(source, index, 0, out));
                assertEquals("gather: index " + (long) bad + " is out of bounds for an axis of length 5",
                    e.getMessage());
                assertThrows(IndexOutOfBoundsException.class,
                    () -> Indexing.scatter(source, index, 0, out, Update.SET));
                assertArrayEquals(new double[] {1, 1, 1, 1, 1}, Data.read(source));
            }
        }
    }

    private static Operand index(Arena arena, Random random, Shape shape, int bound, Layout layout) {
        var dtype = INDICES.get(random.nextInt(INDICES.size()));
        int low = dtype.isUnsigned() ? 0 : -bound;
        int high = Math.min(bound, 127);
        return Data.fill(Data.operand(arena, dtype, layout, shape.dims()), () -> random.nextInt(low, high));
    }

    private static int at(double[] indices, int i, int bound) {
        int v = (int) indices[i];
        return v < 0 ? v + bound : v;
    }

    /// Where element i of `shape` lies in row-major order of `x`, with `at` in place of its index along `axis`.
    private static int position(Operand x, Shape shape, int i, int axis, int at) {
        int position = 0;
        int size = 1;
        for (int a = shape.rank() - 1; a >= 0; a--) {
            position += (a == axis ? at : i % shape.dim(a)) * size;
            size *= x.dim(a);
            i /= shape.dim(a);
        }
        return position;
    }
}
