package dev.lazuli.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lazuli.cli.work.Fused;
import dev.lazuli.cli.work.RowWise;
import dev.lazuli.cli.work.Transformer;
import dev.lazuli.cli.work.WrongResult;
import dev.lazuli.io.Json;
import dev.lazuli.llama.LlamaConfig;
import dev.lazuli.llama.RopeConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rows of `lazuli bench --kernels`, on work so small that only their form says anything.
class KernelsTest {
    static final LlamaConfig LLAMA =
        new LlamaConfig(2, 64, 128, 4, 2, 16, 192, 64, 1e-5, new RopeConfig(0, false, 10000, 1, null), false);
    static final Kernel.Sizes TINY = new Kernel.Sizes(24, 40, 64, 1000, 33, LLAMA, 4, 20,
        new Transformer.Shape(1, 32, 2, 64, 32, 4, 16), 50);
    private static final Timing.Patience HASTY = new Timing.Patience(0, 0, 0);
    private static final List<String> NAMES = List.of("read_bandwidth", "copy_bandwidth", "fma_peak", "sgemm_2048",
        "qmv4_4096x65536", "fused_exp_16m", "softmax_4096", "rms_norm_4096", "layer_norm_4096", "decode_1.1b_q4",
        "prefill_1.1b_q4_512", "train_step", "tiny_op");

    private static String print(List<Kernel> kernels, Listing.Format format) {
        var text = new StringWriter();
        try (var gauge = new Gauge(new ScalarProbe(), 4 << 20, 4);
             var listing = new Listing(format, Kernels.COLUMNS, new PrintWriter(text))) {
            new Kernels(kernels, new SplittableRandom(1), HASTY).print(gauge, listing);
        }
        return text.toString();
    }

    private static List<Kernel> without(String... slow) {
        return Kernel.all(TINY).stream().filter(k -> !List.of(slow).contains(k.name())).toList();
    }

    @Test void jsonHasEveryRowWithItsFields() {
        var rows = Json.parse("rows", print(Kernel.all(TINY), Listing.Format.JSON)).items();
        assertEquals(NAMES, rows.stream().map(r -> r.at("name").string()).toList());
        for (var row : rows) {
            assertEquals(List.of("name", "reached", "limit", "unit", "ratio"), List.copyOf(row.object().keySet()));
            double reached = row.at("reached").number();
            double limit = row.at("limit").number();
            var unit = row.at("unit").string();
            assertTrue(reached > 0 && limit > 0 && Double.isFinite(reached + limit), row::toString);
            assertTrue(List.of("GB/s", "GFLOP/s", "µs/op").contains(unit), unit);
            assertEquals(unit.equals("µs/op") ? limit / reached : reached / limit, row.at("ratio").number(), 1e-12);
        }
    }

    @Test void markdownIsAlignedAndCsvNamesItsColumns() {
        var kernels = without("train_step", "decode_1.1b_q4", "prefill_1.1b_q4_512");
        var lines = print(kernels, Listing.Format.MD).lines().toList();
        assertEquals(2 + kernels.size() + 2, lines.size());
        assertEquals(1, lines.subList(0, 2 + kernels.size()).stream().mapToInt(String::length).distinct().count());
        assertTrue(lines.get(2).startsWith("| read_bandwidth "), lines.get(2));
        var csv = print(kernels, Listing.Format.CSV).lines().toList();
        assertEquals("name,reached,limit,unit,ratio", csv.getFirst());
        assertEquals(1 + kernels.size(), csv.size());
        assertTrue(Pattern.matches(
            "\"tiny_op\",\"[^\"]+\",\"0.5\",\"µs/op\",\"[^\"]+\"", csv.getLast()), csv.getLast());
    }

    @Test void aTimeIsMetFromBelow() {
        assertEquals(2, KernelResult.of("t", Bound.OVERHEAD, 0.25, 0.5, 0).ratio());
        assertEquals(0.5, KernelResult.of("t", Bound.READ, 20, 40, 0).ratio());
    }

    @Test void aWrongResultIsNoRow() {
        var wrong = new Kernel("wrong", Bound.COPY, r -> {
            var right = RowWise.softmax(r, 8);
            return new RowWise(right.x(), x -> right.function().apply(x).mul(1.001), right.reference(), r);
        });
        var right = new Kernel("right", Bound.COPY, r -> Fused.of(r, 100));
        var text = new StringWriter();
        var error = assertThrows(WrongResult.class, () -> {
            try (var gauge = new Gauge(new ScalarProbe(), 4 << 20, 4);
                 var listing = new Listing(Listing.Format.JSON, Kernels.COLUMNS, new PrintWriter(text))) {
                new Kernels(List.of(right, wrong, right), new SplittableRandom(1), HASTY).print(gauge, listing);
            }
        });
        assertTrue(error.getMessage().startsWith("wrong: element "), error.getMessage());
        assertEquals(1, Json.parse("rows", text.toString()).items().size());
    }

    @Test void unknownRowsAreRefused() {
        var err = new StringWriter();
        var command = Main.commandLine().setErr(new PrintWriter(err));
        assertEquals(2, command.execute("bench", "--kernels", "--rows", "sgemm"));
        assertTrue(err.toString().contains("sgemm_2048"), err::toString);
        assertEquals(2, command.execute("bench", "--sweep", "--rows", "tiny_op"));
    }
}
