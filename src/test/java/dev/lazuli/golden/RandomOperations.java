package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;
import static dev.lazuli.type.Dtype.FLOAT32;
import static dev.lazuli.type.Dtype.INT32;

import dev.lazuli.Array;
import dev.lazuli.Random;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How MLX's random functions are said in our API.
final class RandomOperations {
    private RandomOperations() {}

    static void add() {
        one("key", c -> Random.key(((Number) c.arg("seed")).longValue()));
        one("split", c -> Random.split(c.x(), c.integer("num", 2)));
        one("uniform", c -> c.named("low") instanceof Array low
            ? Random.uniform(key(c), low, c.named("high"), c.dtype("dtype", FLOAT32), c.ints("shape"))
            : Random.uniform(key(c), c.number("low", 0), c.number("high", 1), c.dtype("dtype", FLOAT32),
                c.ints("shape")));
        one("normal", c -> c.named("loc") instanceof Array loc
            ? Random.normal(key(c), loc, c.named("scale"), c.dtype("dtype", FLOAT32), c.ints("shape"))
            : Random.normal(key(c), c.number("loc", 0), c.number("scale", 1), c.dtype("dtype", FLOAT32),
                c.ints("shape")));
        one("truncated_normal", c -> c.named("lower") instanceof Array lower
            ? Random.truncatedNormal(key(c), lower, c.named("upper"), c.dtype("dtype", FLOAT32), c.ints("shape"))
            : Random.truncatedNormal(key(c), c.number("lower", 0), c.number("upper", 0), c.dtype("dtype", FLOAT32),
                c.ints("shape")));
        one("gumbel", c -> Random.gumbel(key(c), c.dtype("dtype", FLOAT32), c.ints("shape")));
        one("laplace", c -> Random.laplace(key(c), c.number("loc", 0), c.number("scale", 1),
            c.dtype("dtype", FLOAT32), c.ints("shape")));
        one("randint", c -> c.named("low") instanceof Array low
            ? Random.randint(key(c), low, c.named("high"), c.dtype("dtype", INT32), c.ints("shape"))
            : Random.randint(key(c), c.number("low"), c.number("high"), c.dtype("dtype", INT32), c.ints("shape")));
        one("bernoulli", c -> c.named("p") instanceof Array p ? Random.bernoulli(key(c), p, c.ints("shape"))
            : Random.bernoulli(key(c), c.number("p", 0.5), c.ints("shape")));
        one("categorical", c -> c.has("num_samples")
            ? Random.categoricalSamples(key(c), c.x(), c.integer("axis", -1), c.integer("num_samples", 1))
            : Random.categorical(key(c), c.x(), c.integer("axis", -1), c.ints("shape")));
        one("permutation", c -> c.has("x") ? Random.permutation(key(c), c.integer("x", 0))
            : Random.permutation(key(c), c.x(), c.integer("axis", 0)));
        one("multivariate_normal", c -> Random.multivariateNormal(key(c), c.x(0), c.x(1), c.ints("shape")));
        Operations.TABLE.put("program.uniform_from_key", c -> List.of(Random.uniform(c.x(), 3)));
        Operations.TABLE.put("program.split_key", c -> List.of(Random.split(c.x(), 2)));
        Operations.TABLE.put("mx.random.seed", c -> {
            Random.seed(((Number) c.arg("seed")).longValue());
            return ((List<?>) c.arg("draws")).stream().map(draw -> draw((Map<?, ?>) draw)).toList();
        });
    }

    private static void one(String name, Function<Call, Array> operation) {
        Operations.TABLE.put("mx.random." + name, c -> List.of(operation.apply(c)));
    }

    private static @Nullable Array key(Call c) { return c.named("key"); }

    private static Array draw(Map<?, ?> draw) {
        var args = new TreeMap<String, @Nullable Object>();
        if (draw.get("args") instanceof Map<?, ?> given) given.forEach((name, value) -> args.put((String) name, value));
        return Operations.TABLE.get((String) draw.get("op")).of(new Call(List.of(), List.of(), args)).getFirst();
    }

    /// What 20,000 draws of each distribution are like, to five decimals.
    static Object moments(Array key) {
        int n = 20_000;
        return Map.of("uniform", moments(Map.of(), Random.uniform(key, n)),
            "normal", moments(Map.of(), Random.normal(key, n)),
            "gumbel", moments(Map.of(), Random.gumbel(key, n)),
            "laplace", moments(Map.of(), Random.laplace(key, n)),
            "truncated_normal", moments(Map.of("lower", -1.0, "upper", 1.0),
                Random.truncatedNormal(key, -1, 1, FLOAT32, n)));
    }

    private static Map<String, Object> moments(Map<String, Object> args, Array x) {
        var all = new TreeMap<>(args);
        all.put("shape", List.of(x.size()));
        return Map.of("args", all, "mean", decimals(mean(x)), "std", decimals(std(x)), "min", decimals(min(x)),
            "max", decimals(max(x)));
    }

    private static double decimals(Array x) {
        return BigDecimal.valueOf(x.item()).setScale(5, RoundingMode.HALF_EVEN).doubleValue();
    }
}
