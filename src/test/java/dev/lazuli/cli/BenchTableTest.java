package dev.lazuli.cli;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchTableTest {
    private static final Limits LIMITS = new Limits(2, 40e9, 35e9, 400e9);
    private static final BenchResult PROMPT =
        new BenchResult("llama \"1.1b\", 4 bits", 650L << 20, 1_100_048_384, "cpu", 512, 0, List.of(4.0, 5.0), 0, 1e12);
    private static final BenchResult TEXT =
        new BenchResult("tiny", 1L << 31, 260_000, "cpu", 0, 128, List.of(2.0), 60e9, 8e9);

    private static String print(Listing.Format format, BenchResult... results) {
        var text = new StringWriter();
        try (var table = new BenchTable(format, LIMITS, new PrintWriter(text))) {
            for (var result : results) table.add(result);
        }
        return text.toString();
    }

    @Test void markdownIsATableForPeople() {
        var lines = print(Listing.Format.MD, PROMPT, TEXT).lines().toList();
        assertEquals(6, lines.size());
        assertEquals(1, lines.subList(0, 4).stream().mapToInt(String::length).distinct().count(), "aligned");
        assertTrue(lines.get(1).matches("(\\| -+[-:] )+\\|"), lines.get(1));
        assertEquals(List.of("llama \"1.1b\", 4 bits", "650.00 MiB", "1.10 B", "cpu", "2", "pp512", "115.20 ± 18.10",
            "0.0", "0 %", "225.0", "56 %"), cells(lines.get(2)));
        assertEquals(List.of("tiny", "2.00 GiB", "0.26 M", "cpu", "2", "tg128", "64.00 ± 0.00", "30.0", "75 %", "4.0",
            "1 %"), cells(lines.get(3)));
        assertEquals("measured limits, 2 threads: read 40.0 GB/s, copy 35.0 GB/s, FMA 400.0 GFLOP/s", lines.get(5));
    }

    private static List<String> cells(String line) {
        return List.of(line.replaceAll("^\\| *| *\\|$", "").split(" *\\| *"));
    }

    @Test void csvQuotesEveryValue() {
        var lines = print(Listing.Format.CSV, PROMPT, TEXT).lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("model_type,model_size,model_n_params,"), lines.get(0));
        assertTrue(lines.get(1).startsWith("\"llama \"\"1.1b\"\", 4 bits\",\"681574400\",\"1100048384\","),
            lines.get(1));
    }

    @Test void jsonIsAnArrayOfObjects() {
        assertEquals(List.of(), averages(print(Listing.Format.JSON)));
        assertEquals(List.of(115.2, 64.0), averages(print(Listing.Format.JSON, PROMPT, TEXT)));
    }

    private static List<Double> averages(String text) {
        var list = new ArrayList<Double>();
        try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            assertEquals(JsonToken.START_ARRAY, json.nextToken());
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isNumeric() && "avg_ts".equals(json.currentName())) list.add(json.getDoubleValue());
            }
        }
        return list;
    }

    @Test void namesOfTests() {
        assertEquals("pp8+tg4", new BenchResult("m", 1, 1, "cpu", 8, 4, List.of(1.0), 0, 0).test());
        assertThrows(IllegalArgumentException.class, () -> new BenchResult("m", 1, 1, "cpu", 8, 4, List.of(), 0, 0));
    }
}
