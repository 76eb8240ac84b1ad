package dev.lazuli.cli;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Prints results of `lazuli bench` in llama-bench's formats, each as soon as it is there.
final class BenchTable implements AutoCloseable {
    /// `md` is a Markdown table for people; `json` and `csv` carry every number exactly.
    enum Format { MD, JSON, CSV }

    /// Heading and width; a negative width is of a column aligned left, as in `printf`.
    private record Column(String heading, int width) {
        String cell(String text) { return String.format("| %" + width + "s ", text); }

        String rule() { return "| " + "-".repeat(Math.abs(width) - 1) + (width < 0 ? "- " : ": "); }
    }

    private static final List<Column> COLUMNS = List.of(new Column("model", -24), new Column("size", 10),
        new Column("params", 8), new Column("backend", -7), new Column("threads", 7), new Column("test", 13),
        new Column("t/s", 18), new Column("GB/s", 7), new Column("of read", 7), new Column("GFLOP/s", 8),
        new Column("of FMA", 6));

    private final Format format;
    private final Limits limits;
    private final PrintWriter out;
    private int rows;

    BenchTable(Format format, Limits limits, PrintWriter out) {
        this.format = format;
        this.limits = limits;
        this.out = out;
    }

    void add(BenchResult result) {
        switch (format) {
            case MD -> markdown(result);
            case JSON -> out.print((rows == 0 ? "[\n  " : ",\n  ") + json(result));
            case CSV -> csv(result);
        }
        rows++;
        out.flush();
    }

    /// Ends the table. Markdown gets a last line with the limits that its shares refer to.
    @Override public void close() {
        switch (format) {
            case MD -> out.printf(Locale.ROOT, "%nmeasured limits, %d threads: read %.1f GB/s, copy %.1f GB/s, "
                + "FMA %.1f GFLOP/s%n", limits.threads(), limits.read() / 1e9, limits.copy() / 1e9, limits.fma() / 1e9);
            case JSON -> out.println(rows == 0 ? "[]" : "\n]");
            case CSV -> { }
        }
        out.flush();
    }

    private void markdown(BenchResult r) {
        if (rows == 0) {
            out.println(COLUMNS.stream().map(c -> c.cell(c.heading())).collect(Collectors.joining("", "", "|")));
            out.println(COLUMNS.stream().map(Column::rule).collect(Collectors.joining("", "", "|")));
        }
        var cells = List.of(r.model(), size(r.bytes()), count(r.parameters()), r.backend(),
            Integer.toString(limits.threads()), r.test(), BenchResult.spread(r.tokensPerSecond()),
            number(r.bytesPerSecond() / 1e9), percent(r.bytesPerSecond() / limits.read()),
            number(r.flopsPerSecond() / 1e9), percent(r.flopsPerSecond() / limits.fma()));
        for (int i = 0; i < cells.size(); i++) out.print(COLUMNS.get(i).cell(cells.get(i)));
        out.println("|");
    }

    private void csv(BenchResult result) {
        var fields = result.fields(limits);
        if (rows == 0) out.println(String.join(",", fields.sequencedKeySet()));
        out.println(fields.values().stream().map(v -> '"' + v.toString().replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(",")));
    }

    private String json(BenchResult result) {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            result.fields(limits).forEach((name, value) -> {
                json.writeName(name);
                switch (value) {
                    case Double d -> json.writeNumber(d);
                    case Number n -> json.writeNumber(n.longValue());
                    default -> json.writeString(value.toString());
                }
            });
            json.writeName("samples_ts");
            var samples = result.tokensPerSecond().stream().mapToDouble(x -> x).toArray();
            json.writeArray(samples, 0, samples.length);
            json.writeEndObject();
        }
        return text.toString();
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
