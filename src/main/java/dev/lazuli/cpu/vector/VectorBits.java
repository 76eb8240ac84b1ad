package dev.lazuli.cpu.vector;

import static dev.lazuli.memory.Ram.ALL;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.lazuli.cpu.BitsKernel;
import dev.lazuli.cpu.scalar.ScalarProvider;
import dev.lazuli.graph.Bits;
import dev.lazuli.memory.Ram;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// As many hashes at a time as a vector has lanes. The rounds are written out: a rotation by a constant is one
/// instruction where there is one.
final class VectorBits implements BitsKernel {
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final int L = I.length();
    private static final IntVector COUNT = IntVector.zero(I).addIndex(1);
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final BitsKernel SCALAR = ScalarProvider.create().bits();

    @Override public void run(int key0, int key1, int from, int other, int n, long first, long second) {
        int key2 = key0 ^ key1 ^ Bits.PARITY;
        long to = Ram.bounded(first), too = Ram.bounded(second);
        int i = 0;
        for (; i <= n - L; i += L) {
            var x = COUNT.add(from + key0 + i);
            var y = COUNT.add(other + key1 + i);
            x = x.add(y);
            y = y.lanewise(ROL, 13).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 15).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 26).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 6).lanewise(XOR, x);
            x = x.add(key1);
            y = y.add(key2 + 1);
            x = x.add(y);
            y = y.lanewise(ROL, 17).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 29).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 16).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 24).lanewise(XOR, x);
            x = x.add(key2);
            y = y.add(key0 + 2);
            x = x.add(y);
            y = y.lanewise(ROL, 13).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 15).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 26).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 6).lanewise(XOR, x);
            x = x.add(key0);
            y = y.add(key1 + 3);
            x = x.add(y);
            y = y.lanewise(ROL, 17).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 29).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 16).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 24).lanewise(XOR, x);
            x = x.add(key1);
            y = y.add(key2 + 4);
            x = x.add(y);
            y = y.lanewise(ROL, 13).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 15).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 26).lanewise(XOR, x);
            x = x.add(y);
            y = y.lanewise(ROL, 6).lanewise(XOR, x);
            x = x.add(key2);
            y = y.add(key0 + 5);
            x.intoMemorySegment(ALL, to + 4 * Ram.index(i), ORDER);
            y.intoMemorySegment(ALL, too + 4 * Ram.index(i), ORDER);
        }
        SCALAR.run(key0, key1, from + i, other + i, n - i, first + 4L * i, second + 4L * i);
    }
}
