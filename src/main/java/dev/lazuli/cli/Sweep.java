package dev.lazuli.cli;

import dev.lazuli.cli.Listing.Column;
import dev.lazuli.cli.work.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Products of shapes that people use, series by series; within one, a shape differs a little from the next.
///
/// The speed of each is a share of what its bytes from memory and its operations allow, whichever takes longer; small
/// ones stay in caches and reach all of it. A shape whose share is below half of a neighbour's falls off a cliff, and
/// is marked.
record Sweep(List<Series> all, SplittableRandom random) {
    static final List<Column> COLUMNS = List.of(new Column("series", -16), new Column("shape", -22),
        new Column("µs", 9), new Column("GFLOP/s", 8), new Column("GB/s", 7), new Column("share", 6),
        new Column("", -5));
    private static final double CLIFF = 0.5;
    /// The best of them counts: a cliff is there each time, what disturbs the machine is not.
    private static final int PASSES = 2;

    /// @param share of the shorter time that the limits allow
    record Point(String shape, double seconds, Workload.Cost cost, double share) {
        static Point of(String shape, double seconds, Workload.Cost cost, double read, double fma) {
            return new Point(shape, seconds, cost,
                Math.min(1, Math.max(cost.bytes() / read, cost.flops() / fma) / seconds));
        }
    }

    static void print(Listing.Format format, PrintWriter out) {
        try (var gauge = Gauge.open(); var listing = new Listing(format, COLUMNS, out)) {
            new Sweep(Series.all(), new SplittableRandom()).print(gauge, listing);
        }
    }

    void print(Gauge gauge, Listing listing) {
        int cliffs = 0;
        for (var series : all) {
            var points = points(series, gauge);
            for (int i = 0; i < points.size(); i++) {
                boolean low = isCliff(points, i);
                if (low) cliffs++;
                add(listing, series.name(), points.get(i), low);
            }
        }
        listing.note(cliffs + " shapes below half of a neighbour's share");
    }

    // The limits of the whole series: a neighbour must not look better because its limit was lower for a moment.
    private List<Point> points(Series series, Gauge gauge) {
        var work = series.work().apply(random);
        work.forEach(Workload::check);
        work.forEach(Timing::brief); // compiles
        double[] best = new double[work.size()];
        Arrays.fill(best, Double.MAX_VALUE);
        var read = new ArrayList<Double>();
        var fma = new ArrayList<Double>();
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < best.length; i++) {
                best[i] = Math.min(best[i], Timing.brief(work.get(i)));
                if (i % 4 > 0) continue;
                read.add(gauge.read());
                fma.add(gauge.fma());
            }
        }
        var points = new ArrayList<Point>();
        for (int i = 0; i < best.length; i++)
            points.add(Point.of(series.shapes().get(i), best[i], work.get(i).cost(), Timing.median(read),
                Timing.median(fma)));
        return points;
    }

    static boolean isCliff(List<Point> points, int i) {
        double most = 0;
        if (i > 0) most = points.get(i - 1).share;
        if (i < points.size() - 1) most = Math.max(most, points.get(i + 1).share);
        return points.get(i).share < CLIFF * most;
    }

    private static void add(Listing listing, String series, Point p, boolean low) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("series", series);
        fields.put("shape", p.shape);
        fields.put("seconds", p.seconds);
        fields.put("flops_per_second", p.cost.flops() / p.seconds);
        fields.put("bytes_per_second", p.cost.bytes() / p.seconds);
        fields.put("share", p.share);
        fields.put("cliff", low);
        listing.add(fields, List.of(series, p.shape, number(1e6 * p.seconds), number(p.cost.flops() / p.seconds / 1e9),
            number(p.cost.bytes() / p.seconds / 1e9), String.format(Locale.ROOT, "%.0f %%", 100 * p.share),
            low ? "cliff" : ""));
    }

    private static String number(double x) { return String.format(Locale.ROOT, "%.1f", x); }
}
