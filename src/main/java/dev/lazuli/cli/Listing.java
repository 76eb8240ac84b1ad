package dev.lazuli.cli;

import dev.lazuli.io.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Prints records one after the other, each as soon as it is there: a Markdown table for people, JSON or CSV with every
/// digit for programs.
final class Listing implements AutoCloseable {
    enum Format { MD, JSON, CSV }

    /// Heading and width of a Markdown column; a negative width is of a column aligned left, as in `printf`.
    record Column(String heading, int width) {
        String cell(String text) { return String.format("| %" + width + "s ", text); }

        String rule() { return "| " + "-".repeat(Math.abs(width) - 1) + (width < 0 ? "- " : ": "); }
    }

    private final Format format;
    private final List<Column> columns;
    private final PrintWriter out;
    private int rows;

    Listing(Format format, List<Column> columns, PrintWriter out) {
        this.format = format;
        this.columns = columns;
        this.out = out;
    }

    /// @param fields for programs
    /// @param cells for people, one a column
    void add(SequencedMap<String, Object> fields, List<String> cells) {
        switch (format) {
            case MD -> markdown(cells);
            case JSON -> out.print((rows == 0 ? "[\n  " : ",\n  ") + Json.write(fields));
            case CSV -> {
                if (rows == 0) out.println(String.join(",", fields.sequencedKeySet()));
                out.println(fields.values().stream().map(Listing::quoted).collect(Collectors.joining(",")));
            }
        }
        rows++;
        out.flush();
    }

    private static String quoted(Object value) { return '"' + value.toString().replace("\"", "\"\"") + '"'; }

    private void markdown(List<String> cells) {
        if (rows == 0) {
            out.println(columns.stream().map(c -> c.cell(c.heading())).collect(Collectors.joining("", "", "|")));
            out.println(columns.stream().map(Column::rule).collect(Collectors.joining("", "", "|")));
        }
        for (int i = 0; i < cells.size(); i++) out.print(columns.get(i).cell(cells.get(i)));
        out.println("|");
    }

    /// A sentence below the table, for people only.
    void note(String text) {
        if (format == Format.MD) out.println("\n" + text);
    }

    @Override public void close() {
        if (format == Format.JSON) out.println(rows == 0 ? "[]" : "\n]");
        out.flush();
    }
}
