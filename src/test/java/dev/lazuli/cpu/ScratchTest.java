package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScratchTest {
    private static final int MB = 1 << 20;

    /// What a kernel takes in turn, and gives back in reverse order.
    private static List<Long> nested(long... sizes) {
        var scratch = Scratch.current();
        var taken = new ArrayList<Long>();
        for (long size : sizes) taken.add(scratch.take(size));
        for (long address : taken.reversed()) scratch.release(address);
        return taken;
    }

    private static void assertApart(List<Long> taken, long... sizes) {
        for (int i = 0; i < sizes.length; i++)
            for (int j = 0; j < i; j++)
                assertTrue(taken.get(i) + sizes[i] <= taken.get(j) || taken.get(j) + sizes[j] <= taken.get(i));
    }

    @Test void steadyStateAllocatesNothing() {
        long[] sizes = {4 * MB, MB / 2, 3 * MB, 100};
        for (int i = 0; i < 3; i++) nested(sizes);
        var first = nested(sizes);
        assertApart(first, sizes);
        assertEquals(first, nested(sizes));
    }

    @Test void aBlockIsUsedAgainWhileOthersAreInUse() {
        var scratch = Scratch.current();
        long below = scratch.take(32 * MB);
        long above = scratch.take(MB);
        scratch.release(above);
        assertEquals(above, scratch.take(MB));
        scratch.release(below);
    }

    @Test void blocksLargerThanAreKeptComeAndGo() {
        long[] sizes = {80 * MB, MB, 90 * MB};
        assertApart(nested(sizes), sizes);
        long[] after = {MB, 64 * MB};
        assertApart(nested(after), after);
    }
}
