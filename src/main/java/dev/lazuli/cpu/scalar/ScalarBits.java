package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.BitsKernel;
import dev.lazuli.graph.Bits;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/// One hash at a time.
final class ScalarBits implements BitsKernel {
    @Override public void run(int key0, int key1, int x, int y, int n, long first, long second) {
        for (int i = 0; i < n; i++) {
            long hash = Bits.hash(key0, key1, x + i, y + i);
            ALL.set(JAVA_INT_UNALIGNED, first + 4L * i, (int) (hash >>> 32));
            ALL.set(JAVA_INT_UNALIGNED, second + 4L * i, (int) hash);
        }
    }
}
