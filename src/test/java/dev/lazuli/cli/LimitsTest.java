package dev.lazuli.cli;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LimitsTest {
    private static void check(Gauge.Probe probe) {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(4096, 64);
            for (int i = 0; i < 256; i++) {
                memory.fill((byte) 0).setAtIndex(ValueLayout.JAVA_FLOAT, i, 2);
                assertTrue(probe.sum(memory.address(), 1024) != 0, "float " + i + " was not read");
            }
        }
        // x -> x / 2 + 1 / 2 approaches 1 in each of the chains and lanes, two operations a step each
        assertEquals(probe.flops() / 2f, probe.fma(200));
        Limits limits;
        try (var gauge = new Gauge(probe, 8 << 20, 10)) {
            limits = Limits.measure(gauge);
        }
        assertEquals(Machine.cpuThreads(), limits.threads());
        assertTrue(limits.read() > 0 && limits.copy() > 0 && limits.fma() > 0, limits::toString);
    }

    @Test void scalar() { check(new ScalarProbe()); }

    @Test void vector() {
        Assumptions.assumeTrue(Machine.hasVectors(), "the module jdk.incubator.vector is absent");
        check(new VectorProbe());
    }
}
