package dev.lazuli.cli;

import dev.lazuli.Lazuli;
import dev.lazuli.cli.Listing.Column;
import dev.lazuli.llama.Llama;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// `lazuli bench --warm-up`: how fast a cold process decodes, from the start of the JVM on.
final class WarmUp {
    /// Tokens of which the median counts, so that one that was held up says nothing.
    private static final int WINDOW = 8;
    private static final double STEADY = 0.9;
    private static final List<Column> COLUMNS = List.of(new Column("from", 6), new Column("to", 6),
        new Column("tokens", 6), new Column("t/s", 7));

    private WarmUp() {}

    static void print(Llama llama, int count, Listing.Format format, PrintWriter out) {
        if (count < 4 * WINDOW) throw new IllegalArgumentException("--warm-up: expected -n of at least " + 4 * WINDOW
            + ", got " + count);
        double[] ends = decode(llama, count);
        try (var listing = new Listing(format, COLUMNS, out)) {
            double from = ends[0], end = ends[count];
            int token = 0;
            for (double to = Math.floor(2 * from) / 2 + 0.5; token < count; from = to, to += 0.5) {
                int last = token;
                while (last < count && ends[last + 1] <= to) last++;
                add(listing, from, Math.min(to, end), last - token);
                token = last;
            }
            listing.note(summary(ends));
        }
    }

    /// Seconds from the start of the JVM to the model's being open, and to the end of each token.
    private static double[] decode(Llama llama, int count) {
        var ends = new double[count + 1];
        double start = ManagementFactory.getRuntimeMXBean().getStartTime();
        double now = (System.currentTimeMillis() - start) / 1e3;
        long nanos = System.nanoTime();
        ends[0] = now;
        var cache = llama.cache();
        for (int i = 0; i < count; i++) {
            Lazuli.eval(llama.last(Lazuli.array(new int[] {i % llama.config().vocabulary()}, 1, 1), cache),
                cache.arrays());
            ends[i + 1] = now + (System.nanoTime() - nanos) / 1e9;
        }
        return ends;
    }

    private static void add(Listing listing, double from, double to, int tokens) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("from", from);
        fields.put("to", to);
        fields.put("tokens", tokens);
        double rate = tokens / (to - from);
        listing.add(fields, List.of(String.format(Locale.ROOT, "%.2f", from), String.format(Locale.ROOT, "%.2f", to),
            Integer.toString(tokens), String.format(Locale.ROOT, "%.1f", rate)));
    }

    /// When the median of the next tokens first takes no longer than the last half's, but for a tenth.
    private static String summary(double[] ends) {
        int count = ends.length - 1;
        double last = median(ends, count / 2, count);
        int steady = 0;
        while (steady < count - WINDOW && median(ends, steady, steady + WINDOW) > last / STEADY) steady++;
        return String.format(Locale.ROOT, "first token %.2f s after the start of the JVM; %.1f tokens/s in the end, "
            + "nine tenths of it from token %d on, after %.2f s", ends[1], 1 / last, steady + 1, ends[steady]);
    }

    private static double median(double[] ends, int from, int to) {
        var seconds = new double[to - from];
        for (int i = from; i < to; i++) seconds[i - from] = ends[i + 1] - ends[i];
        Arrays.sort(seconds);
        return seconds[seconds.length / 2];
    }
}
