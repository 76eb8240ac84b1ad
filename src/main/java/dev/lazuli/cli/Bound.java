package dev.lazuli.cli;

import dev.lazuli.cli.work.Workload.Cost;

/// What holds work back: how its speed is told, and what is compared with it.
enum Bound {
    READ("GB/s"), COPY("GB/s"), FMA("GFLOP/s"),
    /// What an operation costs that computes nothing; no machine has a limit for it, so a time was chosen.
    OVERHEAD("µs/op");

    private static final double OVERHEAD_ASKED = 0.5;

    final String unit;

    Bound(String unit) { this.unit = unit; }

    double reached(Cost cost, double seconds) {
        return switch (this) {
            case READ, COPY -> cost.bytes() / seconds / 1e9;
            case FMA -> cost.flops() / seconds / 1e9;
            case OVERHEAD -> seconds / cost.items() * 1e6;
        };
    }

    /// One sample.
    double limit(Gauge gauge) {
        return switch (this) {
            case READ -> gauge.read() / 1e9;
            case COPY -> gauge.copy() / 1e9;
            case FMA -> gauge.fma() / 1e9;
            case OVERHEAD -> OVERHEAD_ASKED;
        };
    }

    /// 1 where the limit is met, less where it is missed.
    double ratio(double reached, double limit) { return this == OVERHEAD ? limit / reached : reached / limit; }
}
