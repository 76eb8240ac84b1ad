package dev.lazuli.golden;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;
import dev.lazuli.Quantized;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/// How MLX's quantisation and its products of packed, chosen, cut and masked matrices are said in our API.
final class PackedProducts {
    private PackedProducts() {}

    private static void one(String name, Function<Call, Array> operation) {
        Operations.TABLE.put("mx." + name, c -> List.of(operation.apply(c)));
    }

    static void add() {
        Operations.TABLE.put("mx.quantize", c -> {
            var q = c.named("global_scale") instanceof Array global ? quantize(c.x(), format(c), global)
                : quantize(c.x(), format(c));
            return Stream.of(q.weight(), q.scales(), q.biases()).filter(x -> x != null).toList();
        });
        one("dequantize", c -> {
            var w = packed(c, 0);
            if (c.named("global_scale") instanceof Array global)
                return dequantize(w, format(c), c.dtype("dtype", Dtype.BFLOAT16), global);
            return c.dtype("dtype") instanceof Dtype type ? dequantize(w, format(c), type) : dequantize(w, format(c));
        });
        one("quantized_matmul", c -> quantizedMatmul(c.x(), packed(c, 1), transpose(c), format(c)));
        one("gather_qmm", c -> {
            c.flag("sorted_indices"); // the result is the same
            return gatherQmm(c.x(), packed(c, 1), c.named("lhs_indices"), c.named("rhs_indices"), transpose(c),
                format(c));
        });
        one("qqmm", c -> qqmm(c.x(), packed(c, 1), format(c)));
        one("to_fp8", c -> toFp8(c.x()));
        one("from_fp8", c -> fromFp8(c.x(), c.dtype("dtype", Dtype.BFLOAT16)));
        one("gather_mm", c -> {
            c.flag("sorted_indices");
            return gatherMm(c.x(0), c.x(1), c.named("lhs_indices"), c.named("rhs_indices"));
        });
        one("segmented_mm", c -> segmentedMm(c.x(0), c.x(1), c.x(2)));
        one("block_masked_mm", c -> blockMaskedMm(c.x(0), c.x(1), c.integer("block_size", 64), c.named("mask_out"),
            c.named("mask_lhs"), c.named("mask_rhs")));
    }

    private static boolean transpose(Call c) { return !c.has("transpose") || c.flag("transpose"); }

    private static Quantized packed(Call c, int first) {
        return new Quantized(c.x(first), c.x(first + 1), format(c).isAffine() ? c.positional(first + 2) : null);
    }

    private static Quantization format(Call c) {
        var mode = c.arg("mode") instanceof String name ? name : "affine";
        return switch (Quantization.Mode.valueOf(mode.toUpperCase(Locale.ROOT))) {
            case AFFINE -> Quantization.affine(c.integer("group_size", 64), c.integer("bits", 4));
            case MXFP4 -> Quantization.MXFP4;
            case MXFP8 -> Quantization.MXFP8;
            case NVFP4 -> Quantization.NVFP4;
        };
    }
}
