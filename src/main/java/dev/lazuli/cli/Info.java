package dev.lazuli.cli;

import dev.lazuli.blas.Library;
import dev.lazuli.memory.Pool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `lazuli info`: what runs here, on what, and what would make it faster.
@Command(name = "info", mixinStandardHelpOptions = true,
    description = "Print version, JDK, device, memory, and the flags that are missing.")
final class Info implements Callable<Integer> {
    private static final double GIB = 1 << 30;

    @Spec CommandSpec spec;

    @Option(names = "--limits", description = "Also measure bandwidths and arithmetic peak (two seconds).")
    boolean limits;

    @Override public Integer call() {
        var out = spec.commandLine().getOut();
        var machine = Machine.here();
        line(out, "lazuli", Main.Version.text());
        line(out, "java", Runtime.version() + ", " + System.getProperty("java.vendor") + ", "
            + System.getProperty("java.home"));
        line(out, "device", "cpu: " + machine.cpu() + ", " + System.getProperty("os.arch") + ", "
            + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        line(out, "vectors", machine.vectors() ? VectorProbe.describe() : "none: jdk.incubator.vector is absent");
        line(out, "lapack", Library.describe());
        line(out, "threads", machine.threads() + " of " + Runtime.getRuntime().availableProcessors());
        line(out, "memory", memory(machine));
        line(out, "huge pages", machine.hugePages());
        if (limits) limits(out);
        var advice = machine.advice();
        if (advice.isEmpty()) line(out, "missing", "nothing");
        for (var a : advice) line(out, "missing", a.flag() + "  (buys: " + a.gain() + ")");
        out.flush();
        return 0;
    }

    private static String memory(Machine machine) {
        var text = gib(machine.memory()) + ", arrays up to " + gib(Pool.limit()) + ", Java heap up to "
            + gib(Runtime.getRuntime().maxMemory());
        return machine.memory() < machine.physical()
            ? text + " (the container's limit; the machine has " + gib(machine.physical()) + ")" : text;
    }

    private static void limits(PrintWriter out) {
        var limits = Limits.measure();
        line(out, "read", String.format(Locale.ROOT, "%.1f GB/s", limits.read() / 1e9));
        line(out, "copy", String.format(Locale.ROOT, "%.1f GB/s, read and written", limits.copy() / 1e9));
        line(out, "fma", String.format(Locale.ROOT, "%.1f GFLOP/s, float32", limits.fma() / 1e9));
    }

    private static String gib(long bytes) { return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB); }

    private static void line(PrintWriter out, String name, String text) {
        out.printf(Locale.ROOT, "%-12s%s%n", name, text);
    }
}
