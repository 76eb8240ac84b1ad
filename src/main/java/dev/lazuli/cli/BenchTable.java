package dev.lazuli.cli;

import dev.lazuli.cli.Listing.Column;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Prints results of `lazuli bench` in llama-bench's formats, each as soon as it is there.
final class BenchTable implements AutoCloseable {
    private static final List<Column> COLUMNS = List.of(new Column("model", -24), new Column("size", 10),
        new Column("params", 8), new Column("backend", -7), new Column("threads", 7), new Column("test", 13),
        new Column("t/s", 18), new Column("GB/s", 7), new Column("of read", 7), new Column("GFLOP/s", 8),
        new Column("of FMA", 6));

    private final Limits limits;
    private final Listing listing;

    BenchTable(Listing.Format format, Limits limits, PrintWriter out) {
        this.limits = limits;
        listing = new Listing(format, COLUMNS, out);
    }

    void add(BenchResult r) {
        var fields = r.fields(limits);
        fields.put("samples_ts", r.tokensPerSecond());
        listing.add(fields, List.of(r.model(), size(r.bytes()), count(r.parameters()), r.backend(),
            Integer.toString(limits.threads()), r.test(), BenchResult.spread(r.tokensPerSecond()),
            number(r.bytesPerSecond() / 1e9), percent(r.bytesPerSecond() / limits.read()),
            number(r.flopsPerSecond() / 1e9), percent(r.flopsPerSecond() / limits.fma())));
    }

    /// Ends the table. Markdown gets a last line with the limits that its shares refer to.
    @Override public void close() {
        listing.note(String.format(Locale.ROOT, "measured limits, %d threads: read %.1f GB/s, copy %.1f GB/s, "
            + "FMA %.1f GFLOP/s", limits.threads(), limits.read() / 1e9, limits.copy() / 1e9, limits.fma() / 1e9));
        listing.close();
    }

    private static String size(long bytes) {
        return bytes >= 1 << 30 ? String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1 << 30))
            : String.format(Locale.ROOT, "%.2f MiB", bytes / (double) (1 << 20));
    }

    private static String count(long parameters) {
        return parameters >= 1e9 ? String.format(Locale.ROOT, "%.2f B", parameters / 1e9)
            : String.format(Locale.ROOT, "%.2f M", parameters / 1e6);
    }

    private static String number(double x) { return String.format(Locale.ROOT, "%.1f", x); }

    private static String percent(double share) { return String.format(Locale.ROOT, "%.0f %%", 100 * share); }
}
