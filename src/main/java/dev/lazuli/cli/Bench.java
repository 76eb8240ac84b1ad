package dev.lazuli.cli;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.cli.work.ModelCost;
import dev.lazuli.llama.Llama;
import dev.lazuli.llama.LlamaConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lazuli bench`: tokens a second of a model, or kernels, beside what the machine could do.
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measure how fast a model or the kernels are.")
final class Bench implements Callable<Integer> {
    @Spec CommandSpec spec;

    @ArgGroup(multiplicity = "1") Source source;

    static final class Source {
        @Option(names = "--model", description = "A folder with config.json, or a .gguf file.")
        Path model;

        @Option(names = "--kernels", description = "Instead of a model, kernels beside the limits of the machine.")
        boolean kernels;

        @Option(names = "--sweep", description = "Instead of a model, products of all kinds of shapes.")
        boolean sweep;

        @Option(names = "--random",
            description = "A model of random weights instead of a file; of the size 1.1b, TinyLlama's shape.")
        String random;
    }

    @Option(names = "-p", defaultValue = "512",
        description = "Tokens of a prompt; 0 leaves it out. Default: ${DEFAULT-VALUE}")
    int prompt;

    @Option(names = "-n", defaultValue = "128",
        description = "Tokens to generate; 0 leaves it out. Default: ${DEFAULT-VALUE}")
    int generated;

    @Option(names = "-r", defaultValue = "3", description = "Repetitions. Default: ${DEFAULT-VALUE}")
    int repetitions;

    @Option(names = "-o", defaultValue = "md", description = "md, json or csv. Default: ${DEFAULT-VALUE}")
    Listing.Format format;

    @Option(names = "--bits", defaultValue = "4",
        description = "Bits of a random weight: 4, 8, 16 or 32. Default: ${DEFAULT-VALUE}")
    int bits;

    @Option(names = "--group", defaultValue = "64",
        description = "Weights that share a scale: 32, 64 or 128. Default: ${DEFAULT-VALUE}")
    int group;

    @Option(names = "--rows", split = ",", paramLabel = "NAME", description = "Only these rows of --kernels.")
    List<String> rows = List.of();

    @Option(names = "--warm-up", description = "Instead of rates, when a cold process has them: -n tokens of --model.")
    boolean warmUp;

    @Option(names = "--save", paramLabel = "FOLDER", description = "Instead of measuring, write the model of --random.")
    Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    @Override public Integer call() {
        if (!rows.isEmpty() && !source.kernels)
            throw new ParameterException(spec.commandLine(), "--rows goes with --kernels");
        for (var option : List.of("--bits", "--group", "--save"))
            if (source.random == null && spec.commandLine().getParseResult().hasMatchedOption(option))
                throw new ParameterException(spec.commandLine(), option + " goes with --random");
        if (warmUp && source.model == null)
            throw new ParameterException(spec.commandLine(), "--warm-up goes with --model");
        var out = spec.commandLine().getOut();
        if (source.kernels) new Kernels(selected(), new SplittableRandom(), Timing.Patience.FULL).print(format, out);
        else if (source.sweep) Sweep.print(format, out);
        else if (folder != null) Llama.saveRandom(folder, size(), bits, group, 1);
        else if (warmUp) WarmUp.print(Llama.open(source.model).llama(), generated, format, out);
        else model();
        return 0;
    }

    private List<Kernel> selected() {
        var all = Kernel.all(Kernel.Sizes.FULL);
        var names = all.stream().map(Kernel::name).toList();
        for (var row : rows)
            if (!names.contains(row))
                throw new ParameterException(spec.commandLine(), "--rows: expected some of " + names + ", got " + row);
        return all.stream().filter(k -> rows.isEmpty() || rows.contains(k.name())).toList();
    }

    private void model() {
        if (repetitions <= 0 || prompt < 0 || generated < 0)
            throw new ParameterException(spec.commandLine(), "Expected -r above 0, -p and -n of at least 0");
        var model = open();
        try (var table = new BenchTable(format, Limits.measure(), spec.commandLine().getOut())) {
            if (prompt > 0) table.add(measure(model, prompt, 0));
            if (generated > 0) table.add(measure(model, 0, generated));
        }
    }

    private Llama.Loaded open() {
        if (source.model != null) return Llama.open(source.model);
        return Llama.random(size(), bits, group, 1);
    }

    private LlamaConfig size() {
        if (!source.random.toLowerCase(Locale.ROOT).equals("1.1b"))
            throw new ParameterException(spec.commandLine(), "--random: expected 1.1b, got " + source.random);
        return LlamaConfig.tiny1b();
    }

    private BenchResult measure(Llama.Loaded model, int p, int n) {
        var config = model.llama().config();
        if (Math.max(p, n) > config.context())
            throw new ParameterException(spec.commandLine(), "The model's context has " + config.context()
                + " positions, got " + Math.max(p, n));
        run(model.llama(), p, n); // compiles the kernels
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < repetitions; i++) seconds.add(run(model.llama(), p, n));
        var cost = p > 0 ? ModelCost.of(model).prompt(p) : ModelCost.of(model).generated(n);
        return new BenchResult(model.label(), model.bytes(), config.parameters(), "CPU", p, n, seconds, cost.bytes(),
            cost.flops());
    }

    // As llama-bench: random tokens, an empty cache.
    private double run(Llama llama, int p, int n) {
        var cache = llama.cache();
        long start = System.nanoTime();
        if (p > 0) eval(llama.last(tokens(llama, p), cache), cache.arrays());
        for (int i = 0; i < n; i++) eval(llama.last(tokens(llama, 1), cache), cache.arrays());
        return (System.nanoTime() - start) / 1e9;
    }

    private static void eval(Array scores, Object cache) { Lazuli.eval(scores, cache); }

    private Array tokens(Llama llama, int count) {
        return Lazuli.array(random.ints(count, 0, llama.config().vocabulary()).toArray(), 1, count);
    }
}
