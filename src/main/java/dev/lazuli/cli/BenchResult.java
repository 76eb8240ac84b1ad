package dev.lazuli.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// One test of `lazuli bench`: how long a model took for a number of tokens, several times.
///
/// @param bytes size of the weights
/// @param prompt tokens of the prompt processed at once, or 0
/// @param generated tokens generated one after the other, or 0
/// @param seconds of each run
/// @param read bytes that a run has to read from memory
/// @param flops float operations that a run has to do
record BenchResult(String model, long bytes, long parameters, String backend, int prompt, int generated,
                   List<Double> seconds, double read, double flops) {

    BenchResult {
        seconds = List.copyOf(seconds);
        if (seconds.isEmpty()) throw new IllegalArgumentException("bench: no run was measured");
    }

    /// As llama-bench names it: `pp512`, `tg128`, `pp512+tg128`.
    String test() {
        return generated == 0 ? "pp" + prompt : prompt == 0 ? "tg" + generated : "pp" + prompt + "+tg" + generated;
    }

    List<Double> tokensPerSecond() { return perSecond(prompt + generated); }

    double bytesPerSecond() { return mean(perSecond(read)); }

    double flopsPerSecond() { return mean(perSecond(flops)); }

    /// Every number of this result under llama-bench's names, as far as it has them.
    SequencedMap<String, Object> fields(Limits limits) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("model_type", model);
        fields.put("model_size", bytes);
        fields.put("model_n_params", parameters);
        fields.put("backends", backend);
        fields.put("n_threads", limits.threads());
        fields.put("n_prompt", prompt);
        fields.put("n_gen", generated);
        fields.put("avg_ns", Math.round(mean(seconds) * 1e9));
        fields.put("stddev_ns", Math.round(deviation(seconds) * 1e9));
        fields.put("avg_ts", mean(tokensPerSecond()));
        fields.put("stddev_ts", deviation(tokensPerSecond()));
        fields.put("read_bytes_per_second", bytesPerSecond());
        fields.put("read_limit", limits.read());
        fields.put("flops_per_second", flopsPerSecond());
        fields.put("fma_limit", limits.fma());
        return fields;
    }

    /// The sample mean and its standard deviation: `12.34 ± 0.56`.
    static String spread(List<Double> samples) {
        return String.format(Locale.ROOT, "%.2f ± %.2f", mean(samples), deviation(samples));
    }

    static double mean(List<Double> samples) {
        return samples.stream().mapToDouble(x -> x).average().orElseThrow();
    }

    /// Standard deviation of a sample (divided by n - 1); 0 for a single one.
    static double deviation(List<Double> samples) {
        if (samples.size() == 1) return 0;
        double mean = mean(samples);
        return Math.sqrt(samples.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / (samples.size() - 1));
    }

    private List<Double> perSecond(double amount) { return seconds.stream().map(s -> amount / s).toList(); }
}
