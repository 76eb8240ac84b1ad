package dev.lazuli;

import static dev.lazuli.Index.every;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Java's nested arrays, lists, buffers and big numbers become arrays and come back; texts have as many digits as
/// asked for.
class ConversionTest {
    private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    // ---- nested ------------------------------------------------------------------------------------------------

    private static void assertArray(String text, Array got) { assertEquals(text, got.toString()); }

    @Test void nestedArraysOfEveryType() {
        Object[][] all = {new float[][] {{1, 2}}, new double[][] {{1}, {2}}, new int[][][] {{{1, 2}, {3, 4}}},
            new long[][] {{Long.MIN_VALUE}}, new short[][] {{1, -2}}, new byte[][] {{-1}},
            new boolean[][] {{true, false}, {false, true}}, new BigInteger[][] {{LARGEST, BigInteger.ZERO}}};
        for (var nested : all) {
            var x = array(nested);
            assertTrue(Arrays.deepEquals(nested, (Object[]) x.toNested(nested.getClass())), x::toString);
        }
        assertArray("array([[[1, 2],\n        [3, 4]]], dtype=int32)", array(new int[][][] {{{1, 2}, {3, 4}}}));
        assertArray("array([[True, False]], dtype=bool)", array(new boolean[][] {{true, false}}));
        assertArray("array([1, 2], dtype=int32)", array(new Integer[] {1, 2}));
        assertArray("array([18446744073709551615], dtype=uint64)", array(new BigInteger[] {LARGEST}));
    }

    @Test void listsOfEveryType() {
        assertArray("array([[1.5, 2],\n       [3, 4]], dtype=float64)", array(List.of(List.of(1.5, 2.0),
            List.of(3.0, 4.0))));
        assertArray("array([1, 2], dtype=float32)", array(List.of(1f, 2f)));
        assertArray("array([1, 2], dtype=int64)", array(new LinkedList<>(List.of(1L, 2L))));
        assertArray("array([True], dtype=bool)", array(List.of(true)));
        assertArray("array([[1, 2],\n       [3, 4]], dtype=int16)", array(List.of(new short[] {1, 2},
            new short[] {3, 4})));
        assertArray("array([[[1]]], dtype=int8)", array(new List<?>[] {List.of(new byte[] {1})}));
    }

    @Test void emptyOnesKeepTheirAxes() {
        assertEquals(Shape.of(0), array(List.of()).shape());
        assertEquals(Dtype.FLOAT32, array(List.of()).dtype());
        assertEquals(Shape.of(2, 0), array(List.of(List.of(), List.of())).shape());
        assertEquals(Shape.of(0, 0, 0), array(new int[0][][]).shape());
        assertEquals(Shape.of(1, 2, 0), array(new long[1][2][0]).shape());
        assertEquals(Dtype.INT64, array(new long[1][2][0]).dtype());
        assertEquals(0, zeros(0, 3).toNested(float[][].class).length);
        assertEquals(2, zeros(2, 0, 3).toNested(float[][][].class).length);
    }

    @Test void raggedOnesAreNamedByTheirPlace() {
        refused("array: expected 2 entries at [1], got 3 entries of type int",
            () -> array(new int[][] {{1, 2}, {3, 4, 5}}));
        refused("array: expected 1 entries at [0][1], got 0 entries",
            () -> array(List.of(List.of(List.of(1), List.of()))));
        refused("array: expected 2 entries at [1], got int 3", () -> array(List.of(List.of(1, 2), 3)));
        refused("array: expected int at [1], got 1 entries", () -> array(List.of(1, List.of(2))));
        refused("array: expected int at [0][1], got double 2.5", () -> array(List.of(List.of(1, 2.5))));
        refused("array: expected entries of type int at [1], got 2 entries of type long",
            () -> array(List.of(new int[] {1, 2}, new long[] {1, 2})));
        refused("array: expected 2 entries at [1], got null", () -> array(new int[][] {{1, 2}, null}));
        refused("array: expected int at [1], got null", () -> array(Arrays.asList(1, null)));
        refused("array: expected numbers or booleans, got null", () -> array(Arrays.asList(null, 1)));
        refused("array: expected numbers or booleans, got String", () -> array(List.of("a")));
        refused("array: expected numbers or booleans, got char", () -> array(new char[][] {{'a'}}));
        refused("array: expected 0 to 2^64 - 1, got -1", () -> array(List.of(BigInteger.ONE.negate())));
        refused("array: expected 0 to 2^64 - 1, got 18446744073709551616",
            () -> array(List.of(LARGEST.add(BigInteger.ONE))));
    }

    @Test void nestedArraysComeOutOfAnyLayout() {
        var x = arange(6).reshape(2, 3);
        assertArrayEquals(new int[][] {{0, 3}, {1, 4}, {2, 5}}, x.T().toNested(int[][].class));
        assertArrayEquals(new double[][] {{5, 4, 3}, {2, 1, 0}},
            x.get(every(-1), every(-1)).toNested(double[][].class));
        assertEquals(7, scalar(7).toNested(int.class));
        assertArrayEquals(new BigInteger[] {BigInteger.valueOf(-3)}, array(-3).toNested(BigInteger[].class));
        refused("toNested: expected a type of 2 axes for shape (2, 3), got int[]", () -> x.toNested(int[].class));
        refused("toNested: expected numbers, boolean or BigInteger as the innermost type, got Integer",
            () -> x.toNested(Integer[][].class));
        assertThrows(IllegalStateException.class, () -> zeros(Dtype.COMPLEX64, 2).toNested(float[].class));
    }

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    // ---- uint64 ------------------------------------------------------------------------------------------------

    @Test void bigNumbersAreExact() {
        assertArray("array(18446744073709551615, dtype=uint64)", scalar(LARGEST));
        assertEquals(LARGEST, scalar(LARGEST).toNested(BigInteger.class));
        var half = BigInteger.TWO.pow(63);
        assertEquals(half.add(BigInteger.TWO), scalar(half).add(2).toNested(BigInteger.class));
        assertArrayEquals(new BigInteger[] {LARGEST, LARGEST}, full(LARGEST, Dtype.UINT64, 2)
            .toNested(BigInteger[].class));
        assertEquals(BigInteger.ONE, scalar(half).floorDiv(half).toNested(BigInteger.class));
        refused("array: expected 0 to 2^64 - 1, got -1", () -> scalar(BigInteger.ONE.negate()));
    }

    // ---- buffers -----------------------------------------------------------------------------------------------

    private static ByteBuffer direct(ByteOrder order) {
        var bytes = ByteBuffer.allocateDirect(16).order(order);
        for (int i = 0; i < 16; i++) bytes.put(i, (byte) (i * 37));
        return bytes;
    }

    @Test void buffersOfEveryTypeAndOrder() {
        for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN))
            for (var bytes : List.of(direct(order),
                ByteBuffer.allocate(16).put(0, direct(order), 0, 16).order(order))) {
                bytes.position(0);
                check(bytes, Dtype.INT8, i -> bytes.get(i));
                check(bytes.asShortBuffer(), Dtype.INT16, i -> bytes.getShort(2 * i));
                check(bytes.asIntBuffer(), Dtype.INT32, i -> bytes.getInt(4 * i));
                check(bytes.asLongBuffer(), Dtype.INT64, i -> bytes.getLong(8 * i));
                check(bytes.asFloatBuffer(), Dtype.FLOAT32, i -> bytes.getFloat(4 * i));
                check(bytes.asDoubleBuffer(), Dtype.FLOAT64, i -> bytes.getDouble(8 * i));
            }
        refused("array: expected a buffer of numbers, got one of characters", () -> array(CharBuffer.allocate(2)));
        refused("array: (3,) float32 takes 12 bytes (3 elements), got 8", () -> array(FloatBuffer.allocate(2), 3));
    }

    private static void check(Buffer buffer, Dtype dtype, java.util.function.IntToDoubleFunction element) {
        int n = buffer.remaining();
        var x = array(buffer);
        assertEquals(dtype + " (" + n + ",)", x.dtype() + " " + x.shape());
        var got = x.toDoubleArray();
        for (int i = 0; i < n; i++) assertEquals(element.applyAsDouble(i), got[i]);
        assertEquals(Shape.of(2, n / 2), array(buffer, 2, n / 2).shape());
        assertEquals(n, buffer.remaining());
    }

    @Test void directBuffersAreNotCopied() {
        var buffer = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).asFloatBuffer();
        buffer.put(0, new float[] {1, 2, 3, 4}).position(1);
        var x = array(buffer);
        assertEquals(MemorySegment.ofBuffer(buffer).address(), x.memorySegment().address());
        assertArray("array([2, 3, 4], dtype=float32)", x);
        var heap = FloatBuffer.wrap(new float[] {1, 2});
        var copy = array(heap);
        heap.put(0, 5);
        assertArray("array([1, 2], dtype=float32)", copy);
    }

    @Test void buffersAndSegmentsComeOut() {
        var x = arange(6).reshape(2, 3);
        var view = x.memorySegment().asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer();
        assertTrue(view.isReadOnly() && view.isDirect());
        assertEquals(6, view.remaining());
        assertEquals(5, view.get(5));
        var mine = FloatBuffer.allocate(6);
        MemorySegment.ofBuffer(mine).copyFrom(x.to(Dtype.FLOAT32).memorySegment());
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, mine.array());
    }

    @Test void memoryAtAnyAddressIsRead() {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(41, 8);
            var odd = bytes.asSlice(1, 40);
            for (int i = 0; i < 5; i++) odd.set(java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED, 8L * i, i + 0.5);
            assertArray("array([1.5, 2.5, 3.5, 4.5, 5.5], dtype=float64)", array(odd, Dtype.FLOAT64, 5).add(1));
        }
    }

    // ---- text --------------------------------------------------------------------------------------------------

    @Test void decimalsAsAskedFor() {
        assertEquals("array([3.14, -10.00, -0.00, nan, -inf], dtype=float32)",
            array(3.14159f, -10f, -0.001f, Float.NaN, Float.NEGATIVE_INFINITY).toString(2));
        assertEquals("array([0, 2, 2], dtype=float64)", array(0.5, 1.5, 2.5).toString(0), "ties to even, as C");
        assertEquals("array([1, 2], dtype=int32)", array(1, 2).toString(3));
        assertEquals("toString: expected 0 or more decimals, got -1",
            assertThrows(IllegalArgumentException.class, () -> zeros(1).toString(-1)).getMessage());
        assertArray("array([1.23456e+06, 1.23458e+06], dtype=float32)", array(1234565f, 1234575f));
    }
}
