package dev.lazuli.cli;

import dev.lazuli.llama.Generation;
import dev.lazuli.llama.Llama;
import dev.lazuli.llama.Sampler;
import dev.lazuli.llama.Writer;
import dev.lazuli.memory.Pool;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lazuli generate`: continues a text on standard output, and says on standard error how fast.
@Command(name = "generate", mixinStandardHelpOptions = true, description = "Continue a text with a language model.")
final class Generate implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(names = "--model", required = true, description = "A folder with config.json, or a .gguf file.")
    Path model;

    @Option(names = {"-p", "--prompt"}, defaultValue = "Once upon a time",
        description = "The text to continue; - reads it from standard input. Default: ${DEFAULT-VALUE}")
    String prompt;

    @Option(names = {"-m", "--max-tokens"}, defaultValue = "100",
        description = "Tokens to generate. Default: ${DEFAULT-VALUE}")
    int maxTokens;

    @Option(names = "--temp", defaultValue = "0",
        description = "Temperature; 0 takes the most likely token. Default: ${DEFAULT-VALUE}")
    double temperature;

    @Option(names = "--top-p", defaultValue = "1",
        description = "Share of the probability to draw from. Default: ${DEFAULT-VALUE}")
    double topP;

    @Option(names = "--top-k", defaultValue = "0",
        description = "Most likely tokens to draw from; 0 is all. Default: ${DEFAULT-VALUE}")
    int topK;

    @Option(names = "--min-p", defaultValue = "0",
        description = "Least probability to draw from, as a share of the most likely token's. "
            + "Default: ${DEFAULT-VALUE}")
    double minP;

    @Option(names = "--seed", defaultValue = "0", description = "What draws are made from. Default: ${DEFAULT-VALUE}")
    long seed;

    @Option(names = "--repetition-penalty", defaultValue = "1",
        description = "Above 1, avoid the last 20 tokens. Default: ${DEFAULT-VALUE}")
    double repetitionPenalty;

    @Option(names = "--ignore-eos", description = "Do not stop at the token that ends a text.")
    boolean ignoreEos;

    @Option(names = "--verbose",
        description = "Also print the prompt, and each token's number and log-probability, on standard error.")
    boolean verbose;

    private volatile boolean stopped;

    @Override public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var text = prompt.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : prompt;
        var writer = Llama.load(model);
        var tokens = writer.tokenizer().encode(text);
        if (verbose) err.println("prompt: " + text + " " + java.util.Arrays.toString(tokens));
        var how = new Generation(Sampler.of(temperature, topP, topK, minP, seed), maxTokens, ignoreEos,
            repetitionPenalty, 512);
        var done = new CountDownLatch(1);
        // On Ctrl-C the JVM waits for this hook, which waits for the token that is under way.
        var hook = new Thread(() -> {
            stopped = true;
            try {
                done.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            write(writer, tokens, how, out, err);
        } finally {
            done.countDown();
        }
        return 0;
    }

    private void write(Writer writer, int[] tokens, Generation how, PrintWriter out, PrintWriter err) {
        long start = System.nanoTime();
        long first = start;
        int count = 0;
        var stream = writer.generate(tokens, how).iterator();
        while (!stopped && stream.hasNext()) {
            var token = stream.next();
            if (count++ == 0) first = System.nanoTime();
            out.print(token);
            if (out.checkError()) break; // nobody reads on
            if (verbose) err.printf(Locale.ROOT, "%n%d %.4f", token.id(), token.logProbability());
        }
        long end = System.nanoTime();
        out.println();
        out.flush();
        double toFirst = (first - start) / 1e9;
        err.printf(Locale.ROOT, "Prompt: %d tokens, %.3f tokens-per-sec%n", tokens.length,
            toFirst > 0 ? tokens.length / toFirst : 0);
        err.printf(Locale.ROOT, "Generation: %d tokens, %.3f tokens-per-sec%n", count,
            count > 1 ? (count - 1) / ((end - first) / 1e9) : 0);
        err.printf(Locale.ROOT, "Time to first token: %.3f s, %.3f s from the start of the JVM%n", toFirst,
            sinceStart(first));
        err.printf(Locale.ROOT, "Peak memory: %.1f MB of arrays, %.1f MB of mapped weights%n", Pool.peak() / 1e6,
            writer.bytes() / 1e6);
        err.flush();
    }

    private static double sinceStart(long nanos) {
        double now = (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
        return now - (System.nanoTime() - nanos) / 1e9;
    }
}
