package dev.lazuli.cli;

import dev.lazuli.cpu.Workers;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/// What the machine can do at best with a number of threads, measured in this process, now: medians of [Gauge]'s
/// samples.
///
/// Without the Vector API the arithmetic peak is that of scalar code.
///
/// @param read bytes a second that can be summed from memory
/// @param copy bytes a second, read and written, of a copy in memory
/// @param fma float operations a second, two in a fused multiply-add
record Limits(int threads, double read, double copy, double fma) {
    private static final int RUNS = 7;

    /// Takes about a second.
    static Limits measure() {
        try (var gauge = Gauge.open()) {
            return measure(gauge);
        }
    }

    static Limits measure(Gauge gauge) {
        return new Limits(Workers.count(), median(gauge::read), median(gauge::copy), median(gauge::fma));
    }

    private static double median(DoubleSupplier sample) {
        return DoubleStream.generate(sample).limit(RUNS).sorted().skip(RUNS / 2).findFirst().orElseThrow();
    }
}
