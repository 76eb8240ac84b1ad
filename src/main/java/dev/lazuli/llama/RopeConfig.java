package dev.lazuli.llama;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Lazuli;
import dev.lazuli.io.FormatException;
import dev.lazuli.io.Gguf;
import dev.lazuli.io.Json;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// How positions turn the queries and keys of a LLaMA.
///
/// @param dims features that are turned
/// @param traditional whether pairs are neighbours, as in GGUF files; else a feature and the one half a head further
/// @param base whose powers positions are divided by
/// @param scale what positions are multiplied by
/// @param freqs (dims/2) what positions are divided by, instead of powers of the base; or null
public record RopeConfig(int dims, boolean traditional, double base, double scale, @Nullable Array freqs) {

    static RopeConfig plain(double base, boolean traditional) { return new RopeConfig(0, traditional, base, 1, null); }

    /// Turns heads (…, positions, features), the first at position `offset`.
    public Array apply(Array x, int offset) {
        return Fast.rope(x, dims == 0 ? x.dim(-1) : dims, traditional, base, scale, Lazuli.scalar(offset, Dtype.INT32),
            freqs);
    }

    static RopeConfig of(Json json, int headDim) {
        double base = json.number("rope_theta", 10000);
        var scaling = json.find("rope_scaling");
        if (scaling == null || scaling.value() == null) return new RopeConfig(headDim, false, base, 1, null);
        var type = scaling.string("rope_type", scaling.string("type", "default"));
        return switch (type) {
            case "default" -> new RopeConfig(headDim, false, base, 1, null);
            case "linear" -> new RopeConfig(headDim, false, base, 1 / scaling.at("factor").number(), null);
            case "llama3" -> new RopeConfig(headDim, false, base, 1,
                llama3(headDim, base, scaling.at("factor").number(),
                scaling.number("low_freq_factor", 1), scaling.number("high_freq_factor", 4),
                scaling.number("original_max_position_embeddings", 8192)));
            default -> scaling.fail("rope_type: expected default, linear or llama3, got " + type);
        };
    }

    static RopeConfig of(Gguf file, int headDim) {
        int dims = file.integer("llama.rope.dimension_count", headDim);
        double base = file.number("llama.rope.freq_base", 10000);
        var type = file.string("llama.rope.scaling.type", "none");
        double factor = file.number("llama.rope.scaling.factor", file.number("llama.rope.scale_linear", 1));
        if (!type.equals("none") && !type.equals("linear"))
            throw new FormatException(file.name() + ": llama.rope.scaling.type: expected none or linear, got " + type);
        return new RopeConfig(dims, true, base, factor == 0 ? 1 : 1 / factor, factors(file, dims, base));
    }

    // LLaMA 3.1 files carry what each divisor is multiplied by.
    private static @Nullable Array factors(Gguf file, int dims, double base) {
        var tensor = file.tensors().get("rope_freqs.weight");
        if (tensor == null) return null;
        var factors = Lazuli.array(tensor.data(), Dtype.FLOAT32, tensor.shape().dims()).toFloatArray();
        for (int i = 0; i < factors.length; i++) factors[i] *= (float) Math.pow(base, 2.0 * i / dims);
        return Lazuli.array(factors);
    }

    /// LLaMA 3.1's stretch: slow turns by `factor`, fast ones not, those between in proportion to their wavelength.
    private static Array llama3(int dims, double base, double factor, double low, double high, double original) {
        var freqs = new float[dims / 2];
        for (int i = 0; i < freqs.length; i++) {
            double divisor = Math.pow(base, 2.0 * i / dims);
            double wavelength = 2 * Math.PI * divisor;
            double smooth = Math.clamp((original / wavelength - low) / (high - low), 0, 1);
            freqs[i] = (float) (divisor / ((1 - smooth) / factor + smooth));
        }
        return Lazuli.array(freqs);
    }
}
