package dev.lazuli.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.cli.work.Workload.Cost;
import dev.lazuli.io.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static Sweep.Point point(double share) { return new Sweep.Point("s", 1, new Cost(1, 1, 1), share); }

    @Test void halfOfANeighbourIsACliff() {
        var points = List.of(point(0.8), point(0.39), point(0.7), point(0.36), point(0.3));
        assertEquals(List.of(1), IntStream.range(0, 5).filter(i -> Sweep.isCliff(points, i)).boxed().toList());
        assertFalse(Sweep.isCliff(List.of(point(0.1)), 0));
    }

    @Test void theShareIsOfWhateverTakesLonger() {
        assertEquals(0.5, Sweep.Point.of("bytes", 2, new Cost(100, 1, 1), 100, 100).share());
        assertEquals(0.25, Sweep.Point.of("operations", 4, new Cost(1, 100, 1), 100, 100).share());
        assertEquals(1, Sweep.Point.of("in a cache", 0.1, new Cost(100, 1, 1), 100, 100).share());
    }

    @Test void everyShapeIsALine() {
        var series = Series.products("few", new int[] {3, 8}, n -> new int[] {2, n, n, n});
        var text = new StringWriter();
        try (var gauge = new Gauge(new ScalarProbe(), 4 << 20, 4);
             var listing = new Listing(Listing.Format.JSON, Sweep.COLUMNS, new PrintWriter(text))) {
            new Sweep(List.of(series), new SplittableRandom(1)).print(gauge, listing);
        }
        var lines = Json.parse("sweep", text.toString()).items();
        assertEquals(List.of("2 of 3 × 3 × 3", "2 of 8 × 8 × 8"),
            lines.stream().map(l -> l.at("shape").string()).toList());
        for (var line : lines) assertTrue(line.at("flops_per_second").number() > 0 && line.at("share").number() <= 1);
    }

    @Test void seriesNameEveryShape() {
        for (var series : Series.all())
            assertEquals(series.shapes().size(), series.shapes().stream().distinct().count(), series.name());
    }
}
