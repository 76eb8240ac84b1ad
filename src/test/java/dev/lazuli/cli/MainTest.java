package dev.lazuli.cli;

import org.junit.jupiter.api.Test;

import dev.lazuli.Shared;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    @Test void whatIsMissingIsNamedWithoutTheException(@TempDir Path folder) {
        assertEquals(1, run("generate", "--model", folder.toString()));
        assertEquals("lazuli: " + folder.resolve("config.json") + ": no such file or folder\n", err.toString());
    }

    @Test void generationEndsWhenNobodyReads() {
        var closed = new Writer() {
            @Override public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("closed");
            }
            @Override public void flush() {}
            @Override public void close() {}
        };
        var command = Main.commandLine().setOut(new PrintWriter(closed)).setErr(new PrintWriter(err));
        assertEquals(0, command.execute("generate", "--model", Shared.path("models/stories260K").toString(),
            "--max-tokens", "50"));
        assertTrue(err.toString().contains("Generation: 1 tokens"), err::toString);
    }

    @Test void versionIsOneLine() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().matches("lazuli .+\\R"), out::toString);
    }

    @Test void helpNamesEverySubcommand() {
        assertEquals(0, run("--help"));
        Main.commandLine().getSubcommands().forEach((name, command) ->
            assertEquals(!command.getCommandSpec().usageMessage().hidden(), out.toString().contains("  " + name + " "),
                name));
    }

    @Test void aColdProcessIsWatched() {
        assertEquals(0, run("bench", "--model", Shared.path("models/stories260K").toString(), "--warm-up", "-n", "40"),
            err::toString);
        assertTrue(out.toString().matches("(?s).*\\| *from.*first token [0-9.]+ s after the start of the JVM; .*"),
            out::toString);
    }

    @Test void optionsThatWouldBeIgnoredAreRefused() {
        assertEquals(2, run("bench", "--kernels", "--warm-up"));
        assertTrue(err.toString().contains("--warm-up goes with --model"), err::toString);
        assertEquals(2, run("bench", "--kernels", "--save", "somewhere"));
        assertTrue(err.toString().contains("--save goes with --random"), err::toString);
        assertEquals(2, run("bench", "--model", "nowhere", "--bits", "8"));
        assertTrue(err.toString().contains("--bits goes with --random"), err::toString);
        assertEquals(2, run("bench", "--sweep", "--rows", "tiny_op"));
        assertTrue(err.toString().contains("--rows goes with --kernels"), err::toString);
    }

    @Test void wrongArgumentsGiveUsageOnStandardErrorOnly() {
        for (String[] arguments : new String[][] {{}, {"nonsense"}, {"info", "--nonsense"}}) {
            assertEquals(2, run(arguments));
            assertTrue(err.toString().contains("Usage: lazuli"), err::toString);
            assertEquals("", out.toString());
        }
    }

    @Test void infoSaysWhatRunsHereAndWhatIsMissing() {
        assertEquals(0, run("info"));
        for (var name : new String[] {"lazuli", "java", "device", "vectors", "threads", "memory", "missing"})
            assertTrue(out.toString().lines().anyMatch(line -> line.startsWith(name + " ")), name);
        assertEquals(!Machine.hasVectors(), out.toString().contains("--add-modules jdk.incubator.vector"));
        assertTrue(out.toString().contains(", arrays up to "), out::toString);
        assertFalse(out.toString().contains("null"), out::toString);
        assertEquals("", err.toString());
    }
}
