package dev.lazuli.cli.work;

import dev.lazuli.llama.Llama;

/// What the matrices of a model cost, attention left out. Looking a token up multiplies nothing, and the output matrix
/// is needed once for a prompt.
///
/// @param multiplied parameters that each generated token is multiplied by
/// @param table parameters of the output matrix
/// @param bytes of what is multiplied
public record ModelCost(double multiplied, double table, double bytes) {
    public static ModelCost of(Llama.Loaded model) {
        var config = model.llama().config();
        double table = (double) config.vocabulary() * config.width();
        double multiplied = config.parameters() - (config.tied() ? 0 : table);
        return new ModelCost(multiplied, table, model.bytes() * multiplied / config.parameters());
    }

    /// A prompt of that many tokens at once.
    public Workload.Cost prompt(int tokens) {
        return new Workload.Cost(bytes, 2.0 * tokens * (multiplied - table) + 2 * table, tokens);
    }

    /// That many tokens one after the other.
    public Workload.Cost generated(int tokens) {
        return new Workload.Cost(tokens * bytes, 2.0 * tokens * multiplied, tokens);
    }
}
