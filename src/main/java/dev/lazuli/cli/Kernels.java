package dev.lazuli.cli;

import dev.lazuli.cli.Listing.Column;
import dev.lazuli.cpu.Workers;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Measures rows one after the other and prints them.
record Kernels(List<Kernel> kernels, SplittableRandom random, Timing.Patience patience) {
    static final List<Column> COLUMNS = List.of(new Column("name", -20), new Column("reached", 9),
        new Column("limit", 9), new Column("unit", -8), new Column("ratio", 6), new Column("tokens/s", 9));

    /// @throws dev.lazuli.cli.work.WrongResult if a kernel's result is wrong: it gets no row, nor do those behind it
    void print(Listing.Format format, PrintWriter out) {
        try (var gauge = Gauge.open(); var listing = new Listing(format, COLUMNS, out)) {
            print(gauge, listing);
        }
    }

    void print(Gauge gauge, Listing listing) {
        for (var kernel : kernels) {
            var r = kernel.measure(gauge, random, patience);
            listing.add(r.fields(), List.of(r.name(), number(r.reached()), number(r.limit()), r.unit(),
                number(r.ratio()), r.tokens() == 0 ? "" : number(r.tokens())));
        }
        listing.note(Workers.count() + " threads; limits measured around each row; "
            + "a ratio of 1 meets the limit, of µs/op too");
    }

    private static String number(double x) { return String.format(Locale.ROOT, x < 10 ? "%.3f" : "%.1f", x); }
}
