package dev.lazuli.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Draws from four tokens of known probability.
class SamplerTest {
    private static final double[] SHARES = {0.1, 0.5, 0.15, 0.25};

    private static float[] logs() {
        var logs = new float[SHARES.length];
        for (int i = 0; i < logs.length; i++) logs[i] = (float) Math.log(SHARES[i]);
        return logs;
    }

    private static Set<Integer> drawn(Sampler sampler) {
        var seen = new HashSet<Integer>();
        for (int i = 0; i < 500; i++) seen.add(sampler.sample(logs()));
        return seen;
    }

    @Test void limitsLeaveTheMostLikely() {
        assertEquals(Set.of(1), drawn(Sampler.greedy()));
        assertEquals(Set.of(1), drawn(Sampler.of(0, 0.5, 3, 0, 1)));
        assertEquals(Set.of(0, 1, 2, 3), drawn(Sampler.of(1, 1, 0, 0, 1)));
        assertEquals(Set.of(1, 3), drawn(Sampler.of(1, 1, 2, 0, 1)));
        assertEquals(Set.of(1, 3), drawn(Sampler.of(1, 0.7, 0, 0, 1)));
        assertEquals(Set.of(1), drawn(Sampler.of(1, 0.4, 0, 0, 1)));
        assertEquals(Set.of(1, 2, 3), drawn(Sampler.of(1, 1, 0, 0.25, 1)));
    }

    @Test void wrongLimitsAreRefusedAtAnyTemperature() {
        for (double temperature : new double[] {0, 1}) {
            assertThrows(IllegalArgumentException.class, () -> Sampler.of(temperature, 2, 0, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> Sampler.of(temperature, 1, -1, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> Sampler.of(temperature, 1, 0, Double.NaN, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(-1, 1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> Sampler.topP(1.5));
    }

    @Test void sharesAreKept() {
        var sampler = Sampler.of(1, 1, 0, 0, 7);
        var counts = new int[SHARES.length];
        for (int i = 0; i < 20000; i++) counts[sampler.sample(logs())]++;
        for (int i = 0; i < counts.length; i++) assertEquals(SHARES[i], counts[i] / 20000.0, 0.02);
    }

    @Test void temperatureSharpens() {
        var cold = Sampler.of(0.1, 1, 0, 0, 7);
        int best = 0;
        for (int i = 0; i < 1000; i++) if (cold.sample(logs()) == 1) best++;
        assertTrue(best > 990, "drew the most likely " + best + " times");
    }

    @Test void wrongLimitsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(-1, 1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(1, 2, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(Double.NaN, 1, 0, 0, 1));
    }
}
