package dev.lazuli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Imports point down, files stay small, and danger stays where it is at home.
class PackagesTest {
    private static final Path MAIN = Path.of("src/main/java/dev/lazuli");

    /// Each may import what stands to the left of it; those of one level do not know each other.
    private static final List<List<String>> LEVELS = List.of(List.of("type", "event"), List.of("memory"),
        List.of("graph", "blas"), List.of("backend"), List.of("cpu", "metal"), List.of("compiler"), List.of("io"),
        List.of(""), List.of("text"), List.of("nn", "optim"), List.of("quantize"), List.of("llama"), List.of("cli"));

    private static final Pattern NAME = Pattern.compile("\\bdev\\.lazuli((?:\\.[a-z]+)*)\\.[A-Z]");

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(MAIN)) {
            return files.filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"))
                .sorted().toList();
        }
    }

    private static String layer(String name) { return name.split("\\.")[0]; }

    private static int level(String layer) {
        for (int i = 0; i < LEVELS.size(); i++) if (LEVELS.get(i).contains(layer)) return i;
        throw new AssertionError("give package " + layer + " its level here");
    }

    @Test void importsPointDown() throws IOException {
        var upward = new TreeSet<String>();
        for (var file : sources()) {
            var from = layer(MAIN.relativize(file.getParent()).toString().replace('/', '.'));
            for (var line : Files.readAllLines(file)) {
                if (line.strip().startsWith("//")) continue;
                for (var names = NAME.matcher(line); names.find(); ) {
                    var to = layer(names.group(1).isEmpty() ? "" : names.group(1).substring(1));
                    if (!to.equals(from) && level(to) >= level(from))
                        upward.add(MAIN.relativize(file) + " names " + names.group());
                }
            }
        }
        assertEquals(new TreeSet<>(), upward);
    }

    @Test void vectorsLiveInTheirProvider() throws IOException {
        var elsewhere = new ArrayList<Path>();
        for (var file : sources())
            if (Files.readString(file).contains("import jdk.incubator.vector")
                && !file.startsWith(MAIN.resolve("cpu/vector"))
                && !file.endsWith("cli/VectorProbe.java")) elsewhere.add(file);
        assertEquals(List.of(), elsewhere);
    }

    @Test void filesAreReadInOneSitting() throws IOException {
        var faults = new ArrayList<String>();
        for (var file : sources()) {
            var lines = Files.readAllLines(file);
            if (lines.size() > 600 && !file.endsWith("Lazuli.java"))
                faults.add(file + " has " + lines.size() + " lines");
            for (int i = 0; i < lines.size(); i++)
                if (lines.get(i).matches(".*\\b(TODO|FIXME)\\b.*")) faults.add(file + ":" + (i + 1) + " is unfinished");
        }
        assertEquals(List.of(), faults);
    }

    @Test void linesFitTheScreen() throws IOException {
        var faults = new ArrayList<String>();
        try (var files = Files.walk(Path.of("src"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                var lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++)
                    if (lines.get(i).codePointCount(0, lines.get(i).length()) > 120) faults.add(file + ":" + (i + 1));
            }
        }
        assertEquals(List.of(), faults, "lines of at most 120 columns");
    }
}
