package dev.lazuli.cli;

import dev.lazuli.memory.Ram;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// Limits of vector code. To be linked only if the module `jdk.incubator.vector` is there.
final class VectorProbe implements Gauge.Probe {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    static String describe() {
        return SPECIES.vectorBitSize() + " bits, " + SPECIES.length() + " lanes of float32";
    }

    @Override public float sum(long address, long bytes) {
        var s0 = FloatVector.zero(SPECIES);
        var s1 = FloatVector.zero(SPECIES);
        var s2 = FloatVector.zero(SPECIES);
        var s3 = FloatVector.zero(SPECIES);
        for (long at = address, end = address + bytes; at < end; at += 4 * BYTES) {
            s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, Ram.ALL, at, ORDER));
            s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, Ram.ALL, at + BYTES, ORDER));
            s2 = s2.add(FloatVector.fromMemorySegment(SPECIES, Ram.ALL, at + 2 * BYTES, ORDER));
            s3 = s3.add(FloatVector.fromMemorySegment(SPECIES, Ram.ALL, at + 3 * BYTES, ORDER));
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }

    /// 15 independent chains and their one constant fill the 16 registers of AVX2, and hide the latency of all CPUs.
    @Override public float fma(int steps) {
        var half = FloatVector.broadcast(SPECIES, 0.5f);
        var a = FloatVector.broadcast(SPECIES, 0);
        var b = FloatVector.broadcast(SPECIES, 1);
        var c = FloatVector.broadcast(SPECIES, 2);
        var d = FloatVector.broadcast(SPECIES, 3);
        var e = FloatVector.broadcast(SPECIES, 4);
        var f = FloatVector.broadcast(SPECIES, 5);
        var g = FloatVector.broadcast(SPECIES, 6);
        var h = FloatVector.broadcast(SPECIES, 7);
        var i = FloatVector.broadcast(SPECIES, 8);
        var j = FloatVector.broadcast(SPECIES, 9);
        var k = FloatVector.broadcast(SPECIES, 10);
        var l = FloatVector.broadcast(SPECIES, 11);
        var m = FloatVector.broadcast(SPECIES, 12);
        var n = FloatVector.broadcast(SPECIES, 13);
        var o = FloatVector.broadcast(SPECIES, 14);
        for (int step = 0; step < steps; step++) {
            a = a.fma(half, half);
            b = b.fma(half, half);
            c = c.fma(half, half);
            d = d.fma(half, half);
            e = e.fma(half, half);
            f = f.fma(half, half);
            g = g.fma(half, half);
            h = h.fma(half, half);
            i = i.fma(half, half);
            j = j.fma(half, half);
            k = k.fma(half, half);
            l = l.fma(half, half);
            m = m.fma(half, half);
            n = n.fma(half, half);
            o = o.fma(half, half);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).add(m).add(n).add(o)
            .reduceLanes(VectorOperators.ADD);
    }

    @Override public int flops() { return 15 * 2 * SPECIES.length(); }
}
