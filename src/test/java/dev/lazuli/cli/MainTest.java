package dev.lazuli.cli;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    @Test void versionIsOneLine() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().matches("lazuli .+\\R"), out::toString);
    }

    @Test void helpNamesEverySubcommand() {
        assertEquals(0, run("--help"));
        for (var name : Main.commandLine().getSubcommands().keySet())
            assertTrue(out.toString().contains("  " + name + " "), name);
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
        assertFalse(out.toString().contains("null"), out::toString);
        assertEquals("", err.toString());
    }
}
