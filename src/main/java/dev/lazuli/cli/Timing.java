package dev.lazuli.cli;

import dev.lazuli.cli.work.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// How long work takes, and what its limit was meanwhile: medians of samples taken in turn, because the limits of a
/// shared machine change from one second to the next.
///
/// @param seconds of one run
/// @param limit in the unit of what was asked for it
record Timing(double seconds, double limit) {
    static final int LEAST = 7;

    private static final int MOST = 1001;
    private static final int FEW = 5;
    private static final double BRIEF = 0.1;

    /// How long to look, in seconds.
    ///
    /// @param warm up at least: C2 replaces code for seconds after it is first hot, and it may be slower in between
    /// @param settled without becoming faster, before anything counts
    /// @param enough for all runs, if that is more than [#LEAST]: short ones are not judged by a moment
    record Patience(double warm, double settled, double enough) {
        static final Patience FULL = new Patience(8, 1, 2);
    }

    /// Runs until it becomes no faster, then times.
    static Timing of(Workload work, DoubleSupplier limit, Patience patience) {
        settle(work, patience);
        var seconds = new ArrayList<Double>();
        var limits = new ArrayList<Double>();
        double total = 0;
        while (seconds.size() < LEAST || total < patience.enough && seconds.size() < MOST) {
            // short runs share a sample of the limit, which takes longer than they do
            if (total >= patience.enough * limits.size() / LEAST) limits.add(limit.getAsDouble());
            seconds.add(seconds(work));
            total += seconds.getLast();
        }
        return new Timing(median(seconds), median(limits));
    }

    /// The median of a few runs, for tables of many lines.
    static double brief(Workload work) {
        for (double warm = 0; warm < BRIEF; ) warm += seconds(work);
        var seconds = new ArrayList<Double>();
        double total = 0;
        while (seconds.size() < FEW || total < BRIEF && seconds.size() < MOST) {
            seconds.add(seconds(work));
            total += seconds.getLast();
        }
        return median(seconds);
    }

    private static void settle(Workload work, Patience patience) {
        double best = Double.MAX_VALUE;
        double total = 0;
        for (double idle = 0; idle < patience.settled || total < patience.warm; ) {
            double took = seconds(work);
            total += took;
            idle = took < 0.95 * best ? 0 : idle + took;
            best = Math.min(best, took);
        }
    }

    private static double seconds(Workload work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    static double median(List<Double> samples) {
        return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElseThrow();
    }
}
