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

    /// Runs go on until they have taken this long, that short ones are not judged by a moment.
    private static final double ENOUGH = 0.5;
    private static final int MOST = 1001;
    private static final double SETTLED = 0.4;

    /// Runs until it becomes no faster, then times.
    static Timing of(Workload work, DoubleSupplier limit) {
        settle(work);
        var seconds = new ArrayList<Double>();
        var limits = new ArrayList<Double>();
        double total = 0;
        while (seconds.size() < LEAST || total < ENOUGH && seconds.size() < MOST) {
            // a sample of a limit takes longer than short work: a few are enough
            if (limits.size() < LEAST || total > ENOUGH * limits.size() / LEAST) limits.add(limit.getAsDouble());
            seconds.add(seconds(work));
            total += seconds.getLast();
        }
        return new Timing(median(seconds), median(limits));
    }

    private static void settle(Workload work) {
        double best = Double.MAX_VALUE;
        for (double idle = 0; idle < SETTLED; ) {
            double took = seconds(work);
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
