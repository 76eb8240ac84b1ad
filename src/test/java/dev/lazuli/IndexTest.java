package dev.lazuli;

import static dev.lazuli.Index.*;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.type.Dtype;
import org.junit.jupiter.api.Test;

/// Functional updates of places in arrays.
class IndexTest {
    @Test void integersAreDividedAsByFloorDivide() {
        var x = array(7, -7, 100, 9);
        assertArrayEquals(new int[] {3, -4, 100, 9}, x.at(range(0, 2)).div(2).toIntArray());
        assertEquals(Dtype.INT32, x.at(all()).div(2).dtype());
        assertArrayEquals(new int[] {7, -7, 20, 1}, x.at(of(array(2, 3))).div(array(5, 9)).toIntArray());
        assertArrayEquals(new int[] {7, -7, 3, 9}, x.at(of(array(2, 2))).div(array(5, 6)).toIntArray(), "both divide");
        var large = array((1L << 62) + 3, 5L);
        assertArrayEquals(new long[] {(1L << 61) + 1, 5}, large.at(at(0)).div(2).toLongArray());
        assertArrayEquals(new byte[] {0, 3}, array((byte) 100, (byte) 3).at(of(array(0, 0))).div(20).toByteArray());
        var unsigned = array(-1L, 8L).view(Dtype.UINT64);
        assertArrayEquals(new long[] {Long.MAX_VALUE, 8}, unsigned.at(at(0)).div(2).toLongArray());
    }

    @Test void fractionsAreDividedExactly() {
        var x = array(1f, 2f, 3f);
        assertArrayEquals(new float[] {1 / 49f, 2, 3}, x.at(at(0)).div(49).toFloatArray(),
            "no reciprocal rounded first");
        assertArrayEquals(new float[] {1, 0.5f, 3}, x.at(of(array(1, 1))).div(2).toFloatArray());
        var slope = grad((Array t) -> t.at(of(array(1, 1))).div(2).sum()).apply(x);
        assertArrayEquals(new float[] {1, 0.25f, 1}, slope.toFloatArray());
    }
}
