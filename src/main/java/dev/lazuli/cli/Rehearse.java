package dev.lazuli.cli;

import dev.lazuli.Lazuli;
import dev.lazuli.llama.Llama;
import dev.lazuli.llama.LlamaConfig;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// What the launcher runs once while the JVM records which classes to have ready and which kernels to compile first:
/// a small random model of each kind of weights reads and writes for a second.
@Command(name = "rehearse", hidden = true, description = "Runs every kind of kernel a little, for the JVM to record.")
final class Rehearse implements Callable<Integer> {
    private static final long NANOS = 1_000_000_000;
    private static final int TOKENS = 64;

    @Override public Integer call() {
        var tiny = LlamaConfig.tiny1b();
        var config = new LlamaConfig(2, 512, 1408, 8, 2, 64, 4096, 512, tiny.eps(), tiny.rope(), false);
        for (int bits : new int[] {4, 32, 16, 8}) run(Llama.random(config, bits, 64, 1).llama());
        var silent = Main.commandLine().setOut(new PrintWriter(Writer.nullWriter()));
        for (var command : new String[] {"generate", "bench", "info"}) silent.execute(command, "--help");
        return 0;
    }

    private static void run(Llama llama) {
        var random = new SplittableRandom(1);
        for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; ) {
            var cache = llama.cache();
            for (int i = 0; i < TOKENS; i++) {
                int count = i == 0 ? TOKENS : 1;
                var tokens = Lazuli.array(random.ints(count, 0, llama.config().vocabulary()).toArray(), 1, count);
                Lazuli.eval(llama.last(tokens, cache), cache.arrays());
            }
        }
    }
}
