package dev.lazuli;

import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is to be seen of the work: profiles and the Flight Recorder's events.
class InsightTest {
    @Test void profilesCountKernelsAndBytes() {
        var x = arange(64 * 32).reshape(64, 32).mul(0.5f);
        var w = arange(32 * 16).reshape(32, 16).mul(0.5f);
        eval(x, w);
        var found = profile(() -> {
            eval(exp(x).mul(x).add(1));
            eval(x.matmul(w));
            eval(x.add(2).matmul(w));
        });
        var rows = found.rows().stream().collect(Collectors.toMap(r -> r.kernel() + r.shape(), r -> r));
        var product = rows.get("matmul(64, 16)");
        assertEquals(2, product.calls());
        assertEquals(2L * 4 * (64 * 32 + 32 * 16 + 64 * 16), product.bytes());
        assertEquals(4, found.rows().stream().mapToInt(Profile.Row::calls).sum());
        assertTrue(found.toString().startsWith("kernel"), found.toString());
        assertTrue(found.toString().contains("4 kernels in "), found.toString());
    }

    @Test void flightRecordingsShowEvaluations(@TempDir Path folder) throws IOException {
        var events = recorded(folder, () -> {
            var x = arange(0, 1000, 1, dev.lazuli.type.Dtype.FLOAT32);
            var y = tan(x).mul(0.125).add(7.25);
            eval(x, exp(y));
            y.get(3).item();
            eval(ones(1 << 20, 3).add(x.get(1)));
        });
        assertTrue(events.get("Evaluation").size() >= 3, events.toString());
        assertTrue(events.get("KernelRun").stream().anyMatch(e -> e.getString("shape").equals("(1000,)")
            && e.getLong("bytes") >= 4000), events.toString());
        assertTrue(events.containsKey("PlanMade"));
        assertTrue(events.get("KernelMade").stream().anyMatch(e -> e.getString("program").contains("tan")));
        assertTrue(events.containsKey("Allocation"));
        assertTrue(events.get("Recomputation").stream()
            .anyMatch(e -> e.getString("operation").equals("add (1000,) float32")));
    }

    @Test void fallbacksSayWhy(@TempDir Path folder) throws IOException {
        var events = recorded(folder, () -> {
            var w = quantize(ones(dev.lazuli.type.Dtype.FLOAT32, 32, 64), 32, 2);
            var x = ones(dev.lazuli.type.Dtype.FLOAT64, 1, 64);
            eval(quantizedMatmul(x, w.weight(), w.scales(), w.biases(), true, 32, 2));
        });
        assertTrue(events.get("Fallback").getFirst().getString("reason").contains("its meaning is computed"));
    }

    @Test void memoryIsCountedAndLimited() {
        Memory.resetPeak();
        long before = Memory.active();
        var x = arange(1 << 20).add(1);
        eval(x);
        assertTrue(Memory.active() >= before + (4 << 20));
        assertTrue(Memory.peak() >= Memory.active());
        long cache = Memory.cacheLimit(0);
        assertEquals(0, Memory.cached());
        Memory.cacheLimit(cache);
        assertEquals(cache, Memory.cacheLimit());
        long limit = Memory.limit(1 << 20);
        try {
            var e = assertThrows(RuntimeException.class, () -> eval(x.add(2)));
            assertTrue(e.getMessage().contains("do not fit"), e.getMessage());
        } finally {
            Memory.limit(limit);
        }
        assertEquals(3, x.add(2).get(0).item());
        assertThrows(IllegalArgumentException.class, () -> Memory.limit(-1));
    }

    @Test void workGoesOnInTheBackground() {
        var x = arange(1000);
        for (int i = 0; i < 50; i++) {
            x = x.add(1);
            asyncEval(x);
        }
        synchronize();
        assertEquals(50, x.get(0).item());
        asyncEval(take(x, array(5000), 0), x.mul(2));
        assertThrows(IndexOutOfBoundsException.class, Lazuli::synchronize);
        assertEquals(100, x.mul(2).get(0).item());
    }

    private static Map<String, List<RecordedEvent>> recorded(Path folder, Runnable work) throws IOException {
        var file = folder.resolve("recording.jfr");
        try (var recording = new Recording()) {
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        assertTrue(Files.size(file) > 0);
        return RecordingFile.readAllEvents(file).stream()
            .filter(e -> e.getEventType().getName().startsWith("dev.lazuli.event."))
            .collect(Collectors.groupingBy(e -> e.getEventType().getName().substring("dev.lazuli.event.".length())));
    }
}
