package dev.lazuli.golden;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;

/// Where we mean to differ from MLX, in names, results, and in what Java or our API cannot say; docs/API.md lists it.
public final class Differences {
    private static final String ANY_ORDER = "where a partition puts what is not its kth element is free";

    /// Cases in which our results are others, and why.
    public static final Map<String, String> BETTER = Map.ofEntries(
        entry("result_dtype/unary/nan_to_num", "MLX rejects float64"),
        entry("result_dtype/reduction/softmax",
            "over several axes MLX converts probabilities of integers to integers: zeros"),
        entry("result_dtype/reduction/logcumsumexp", "MLX makes logarithms of integers integers"),
        entry("result_dtype/binary/inner", "MLX has no products of integers"),
        entry("error/logsumexp/empty", "MLX rejects an array without rows, although each of its rows has elements"),
        entry("error/conv3d/groups", "MLX has groups over one and two axes only"),
        entry("full/dtype", "MLX takes no notice of the type asked for if the value is a fraction"),
        entry("vjp/partition/k2", ANY_ORDER),
        entry("vjp/partition/neg", ANY_ORDER),
        entry("vjp/partition/flat", ANY_ORDER),
        entry("vjp/topk/k3", ANY_ORDER),
        entry("vjp/topk/all", ANY_ORDER));

    /// What keeps a case from being said, with the beginning of the words it is skipped with, and why.
    public static final Map<String, String> UNSAID = Map.ofEntries(
        entry("a complex number as", "Java has no complex number; a scalar array is one"),
        entry("a boolean as", "Java's booleans are no numbers; a scalar array of bool is one"),
        entry("a bare number as operand", "the function takes arrays only"),
        entry("an empty list of axes", "no axes given means all"),
        entry("categories of types within each other", "`Dtype.kind` has no categories above it"),
        entry("result types of arrays and numbers", "a number takes the type of the array"),
        entry("values of Python", "Java's numbers have types of their own"),
        entry("complex numbers in lists", "Java has no complex number"));

    private Differences() {}

    static boolean isKnown(String skipped) { return UNSAID.keySet().stream().anyMatch(skipped::startsWith); }

    /// An MLX name as it is written here.
    public static String camel(String name) {
        var words = name.split("_+");
        for (int i = 1; i < words.length; i++)
            words[i] = words[i].substring(0, 1).toUpperCase(Locale.ROOT) + words[i].substring(1);
        return String.join("", words);
    }
}
