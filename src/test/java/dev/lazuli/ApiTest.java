package dev.lazuli;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lazuli.golden.Differences;
import dev.lazuli.graph.Trials;
import java.io.IOException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Writes docs/API.md from the declarations, and compares it with what is there. After a change of the API run this
/// test with `-Dtest.jvm=-Dapi.write=true`.
class ApiTest {
    private static final Path FILE = Path.of("docs/API.md");

    /// What `mlx.core` 0.32 documents, group by group.
    private static final String MLX = """
        Operations: abs add addmm all allclose any arange arccos arccosh arcsin arcsinh arctan arctan2 \
        arctanh argmax argmin argpartition argsort array_equal as_strided atleast_1d atleast_2d atleast_3d \
        bartlett bitwise_and bitwise_invert bitwise_or bitwise_xor blackman block_masked_mm broadcast_arrays \
        broadcast_shapes broadcast_to ceil clip concatenate conj conjugate contiguous conv1d conv2d conv3d \
        conv_general conv_transpose1d conv_transpose2d conv_transpose3d convolve cos cosh count_nonzero \
        cummax cummin cumprod cumsum degrees depends dequantize diag diagonal diff divide divmod einsum \
        einsum_path equal erf erfinv exp expand_dims expm1 eye flatten flip floor floor_divide from_fp8 full \
        full_like gather_mm gather_qmm greater greater_equal hadamard_transform hamming hanning identity \
        imag inner isclose isfinite isinf isnan isneginf isposinf kron left_shift less less_equal linspace \
        log log10 log1p log2 logaddexp logcumsumexp logical_and logical_not logical_or logical_xor logsumexp \
        matmul max maximum mean median meshgrid min minimum moveaxis multiply nan_to_num negative not_equal \
        ones ones_like outer pad partition permute_dims power prod put_along_axis qqmm quantize \
        quantized_matmul radians real reciprocal remainder repeat reshape right_shift roll round rsqrt \
        searchsorted segmented_mm sigmoid sign sin sinh slice slice_update softmax sort split sqrt square \
        squeeze stack std stop_gradient subtract sum swapaxes take take_along_axis tan tanh tensordot tile \
        to_fp8 topk trace transpose tri tril triu trunc unflatten unstack var vecdot view where zeros \
        zeros_like
        Array: array astype at item tolist
        Constants: e euler_gamma inf nan newaxis pi
        Types: can_cast finfo iinfo isdtype issubdtype result_type
        Transforms: async_eval checkpoint compile custom_function disable_compile enable_compile eval grad jvp \
        value_and_grad vjp vmap
        Random: bernoulli bits categorical gumbel key laplace multivariate_normal normal permutation randint \
        seed split truncated_normal uniform
        FFT: fft fft2 fftfreq fftn fftshift ifft ifft2 ifftn ifftshift irfft irfft2 irfftn rfft rfft2 \
        rfftfreq rfftn
        Linear algebra: cholesky cholesky_inv cross det eig eigh eigvals eigvalsh inv lu lu_factor norm pinv \
        qr slogdet solve solve_triangular svd tri_inv
        Fast: cuda_kernel layer_norm metal_kernel rms_norm rope scaled_dot_product_attention
        Files: load save save_gguf save_safetensors savez savez_compressed
        Memory: clear_cache get_active_memory get_cache_memory get_peak_memory reset_peak_memory \
        set_cache_limit set_memory_limit set_wired_limit
        Devices: Device Stream default_device default_stream device_count device_info new_stream \
        set_default_device set_default_stream stream synchronize
        Functions in files: export_function export_to_dot exporter import_function
        Trees: tree_flatten tree_map tree_map_with_path tree_merge tree_reduce tree_unflatten
        """;

    /// Where a group's functions are, besides [Lazuli].
    private static final Map<String, String> HOMES = Map.of("Random", "dev.lazuli.Random", "FFT", "dev.lazuli.Fft",
        "Linear algebra", "dev.lazuli.Linalg", "Fast", "dev.lazuli.Fast", "Memory", "dev.lazuli.Memory");

    /// What has another name here.
    private static final Map<String, String> NAMES = Map.ofEntries(
        entry("conj", "conjugate"), entry("identity", "eye"), entry("permute_dims", "transpose"),
        entry("conv_transpose1d", "convTranspose"), entry("conv_transpose2d", "convTranspose"),
        entry("conv_transpose3d", "convTranspose"), entry("astype", "Array.to"), entry("at", "Array.at"),
        entry("item", "Array.item"), entry("view", "Array.view"), entry("result_type", "Dtype.promote"),
        entry("can_cast", "Dtype.canCast"), entry("isdtype", "Dtype.kind"), entry("issubdtype", "Dtype.kind"),
        entry("finfo", "Dtype.max"), entry("iinfo", "Dtype.max"), entry("custom_function", "customFunction"),
        entry("get_active_memory", "active"), entry("get_cache_memory", "cached"), entry("get_peak_memory", "peak"),
        entry("reset_peak_memory", "resetPeak"), entry("set_cache_limit", "cacheLimit"),
        entry("set_memory_limit", "limit"), entry("export_to_dot", "toDot"), entry("tolist", "Array.toNested"),
        entry("tree_flatten", "Tree.flatten"), entry("tree_map", "Tree.map"),
        entry("tree_map_with_path", "Tree.map"), entry("tree_merge", "Tree.merge"), entry("pi", "PI"), entry("e", "E"),
        entry("euler_gamma", "EULER_GAMMA"), entry("inf", "INF"), entry("nan", "NAN"),
        entry("newaxis", "Index.newAxis"), entry("tree_unflatten", "Tree.with"),
        entry("Device", "Device.type"), entry("Stream", "Stream.device"), entry("stream", "Stream.run"),
        entry("exporter", "exportFunction"));

    /// What stands in package `dev.lazuli.type`.
    private static final Set<String> TYPES = Set.of("Dtype", "Device", "Stream");

    /// What there is no function for, and why.
    private static final Map<String, String> REASONS = Map.ofEntries(
        entry("depends", "nothing here has effects whose order could be seen"),
        entry("set_wired_limit", "memory is never wired"),
        entry("disable_compile", "the function itself is still there to be called"),
        entry("enable_compile", "nothing disables it"),
        entry("tree_reduce", "`Tree.leaves(tree).stream().reduce(…)`"),
        entry("cuda_kernel", "no CUDA back end yet"), entry("metal_kernel", "no Metal back end yet"));

    @Test void theListIsTrue() throws IOException {
        var text = text();
        if (Boolean.getBoolean("api.write")) Files.writeString(FILE, text);
        assertEquals(Files.exists(FILE) ? Files.readString(FILE) : "", text,
            "docs/API.md is not what is declared: run ApiTest with -Dtest.jvm=-Dapi.write=true");
    }

    private static String text() {
        var text = new StringBuilder("""
            # The API against MLX's

            Written by `ApiTest` from the declarations.

            ## Functions

            What `mlx.core` 0.32 documents, and where it is here: in `Lazuli` unless another class is named.

            """);
        MLX.lines().forEach(line -> group(line, text));
        text.append("""
            ## Cases that differ

            MLX's own results are compared case by case (`GoldenTest`). Ours are meant to be others in these:

            """);
        new TreeMap<>(Differences.BETTER).forEach((name, why) -> text.append("- `%s`: %s\n".formatted(name, why)));
        text.append("\nThese cannot be said, and are skipped:\n\n");
        new TreeMap<>(Differences.UNSAID).forEach((what, why) -> text.append("- %s: %s\n".formatted(what, why)));
        text.append("""

            ## Operations of the graph

            All functions are made of these, and each has been tried with inputs of each type: ● it runs, in a kernel
            where it needs one; ○ it runs as its meaning in simpler operations; empty, it is refused, as MLX refuses
            it. Elementwise operations and reductions are fused into kernels. Each takes leading axes as a batch, so
            that `vmap` needs no rules of theirs; `LawsTest` compares derivatives with differences, batches with loops.

            """);
        return text.append(Trials.table()).toString();
    }

    private static void group(String line, StringBuilder text) {
        var name = line.substring(0, line.indexOf(':'));
        var names = line.substring(line.indexOf(':') + 1).strip().split("\\s+");
        var home = HOMES.getOrDefault(name, "dev.lazuli.Lazuli");
        var here = members(home);
        var found = new ArrayList<String>();
        var missing = new ArrayList<String>();
        for (var mlx : names) {
            var ours = NAMES.getOrDefault(mlx, Differences.camel(mlx));
            var type = ours.substring(0, Math.max(0, ours.indexOf('.')));
            boolean exists = type.isEmpty() ? here.contains(ours)
                : members("dev.lazuli." + (TYPES.contains(type) ? "type." : "") + type)
                    .contains(ours.substring(type.length() + 1));
            if (!exists) missing.add("- `" + mlx + "`: " + REASONS.getOrDefault(mlx, "**missing**"));
            else if (ours.equals(Differences.camel(mlx))) found.add("`" + ours + "`");
            else found.add("`" + ours + "` (" + mlx + ")");
        }
        text.append("### ").append(name).append("\n\n");
        if (!home.endsWith(".Lazuli")) text.append("`").append(home.substring("dev.lazuli.".length())).append("`: ");
        text.append(found.isEmpty() ? "" : String.join(", ", found) + ".\n\n");
        if (!missing.isEmpty()) text.append(String.join("\n", missing)).append("\n\n");
    }

    /// What is public in a type: methods and constants.
    private static Set<String> members(String type) {
        try {
            var found = Class.forName(type);
            return Stream.<Member[]>of(found.getMethods(), found.getFields()).flatMap(Stream::of)
                .filter(m -> Modifier.isPublic(m.getModifiers())).map(Member::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        } catch (ClassNotFoundException e) {
            return Set.of();
        }
    }
}
