package dev.lazuli.golden;

import static dev.lazuli.Index.all;
import static dev.lazuli.Index.at;
import static dev.lazuli.Index.every;
import static dev.lazuli.Index.from;
import static dev.lazuli.Index.newAxis;
import static dev.lazuli.Index.of;
import static dev.lazuli.Index.range;
import static dev.lazuli.Index.to;
import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Index;
import dev.lazuli.Linalg;
import dev.lazuli.type.Dtype;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The Python programs of the reference data, line by line in Java; a manifest's `source` has the original.
final class Programs {
    private Programs() {}

    interface Program { List<Array> of(List<Array> inputs); }

    static final Map<String, Program> ALL = new LinkedHashMap<>();

    private static void put(String name, Function<List<Array>, Array> program) {
        ALL.put(name, x -> List.of(program.apply(x)));
    }

    private static void many(String name, Program program) { ALL.put(name, program); }

    static {
        views();
        updates();
        gradients();
        models();
    }

    private static void views() {
        put("view_transpose_sum", x -> sum(x.getFirst().T(), 0));
        put("view_reshape_of_transpose", x -> x.getFirst().T().reshape(-1));
        put("view_slice_matmul", x -> x.get(0).get(every(2)).matmul(x.get(1).T().get(from(1))));
        put("view_reverse_add", x -> x.getFirst().get(every(-1)).add(x.getFirst().get(all(), every(-1))));
        put("view_broadcast_softmax", x -> {
            var a = x.getFirst();
            return softmax(broadcastTo(a, 3, a.dim(0), a.dim(1)).transpose(2, 0, 1), 1);
        });
        put("view_inv", x -> Linalg.inv(x.getFirst().T()));
        put("view_argmax_of_step", x -> argmax(x.getFirst().get(all(), new Index.Range(1, null, 2)), 1));
        many("view_gather", x -> List.of(take(x.get(0).T(), x.get(1), 0), x.get(0).T().get(of(x.get(1)))));
        many("view_layer_norm", x -> {
            var t = x.getFirst().T();
            return List.of(Fast.layerNorm(t, null, null, 1e-5), Fast.rmsNorm(t, null, 1e-5));
        });
        put("view_attention", x -> {
            UnaryOperator<Array> t = a -> a.transpose(0, 2, 1, 3);
            var heads = x.stream().map(t).toList();
            return t.apply(Fast.scaledDotProductAttention(heads.get(0), heads.get(1), heads.get(2), 0.5, true));
        });
        put("view_rope", x -> Fast.rope(x.getFirst().transpose(0, 2, 1, 3), 4, false, 100, 1, 2));
        put("view_quantized_matmul", x ->
            quantizedMatmul(x.get(0).get(every(2)), x.get(1), x.get(2), x.get(3), true, 32, 4));
        put("view_bits", x -> x.getFirst().T().get(from(1)).view(Dtype.INT32));
        put("view_concatenate", x -> {
            var a = x.getFirst();
            var corner = broadcastTo(a.get(at(0), at(0)), 1, a.dim(0));
            return concatenate(List.of(a.T(), a.get(all(), to(1)).T(), corner), 0);
        });
    }

    private static void updates() {
        many("update_of_slice_leaves_base", x ->
            List.of(x.getFirst(), x.getFirst().get(from(1)).at(at(0)).set(9.0)));
        many("update_of_copy_leaves_original", x ->
            List.of(x.getFirst(), x.getFirst().add(1).at(all(), at(0)).set(-1.0)));
        many("update_seen_through_alias", x -> {
            var z = x.getFirst().add(1);
            return List.of(z, z);
        });
        many("update_after_use", x -> List.of(sum(x.getFirst()), x.getFirst().at(at(0)).set(100.0)));
        put("swap_rows_by_views", x -> {
            var a = x.getFirst();
            return a.at(at(0)).set(a.get(1)).at(at(1)).set(a.get(0));
        });
        put("in_place_update", x -> {
            var y = x.get(0).mul(2.0).at(at(1)).set(x.get(1));
            return sum(y.mul(y));
        });
        put("scatter_then_gather", x -> x.get(0).at(of(x.get(1))).add(x.get(2)).get(of(x.get(1))).mul(2.0));
    }

    private static void gradients() {
        put("relu_by_maximum", x -> maximum(x.getFirst(), 0.0));
        put("where_safe_sqrt", x -> {
            var positive = x.getFirst().gt(0);
            return where(positive, sqrt(where(positive, x.getFirst(), 1.0)), 0.0);
        });
        put("where_unsafe_sqrt", x -> where(x.getFirst().gt(0), sqrt(x.getFirst()), 0.0));
        put("stop_gradient_product", x -> stopGradient(x.get(0).mul(x.get(1))).mul(x.get(0)));
        put("shared_use", x -> {
            var y = sin(x.getFirst());
            return y.mul(y).add(x.getFirst().mul(y));
        });
        put("polynomial", x -> x.getFirst().pow(3).mul(3.0).sub(x.getFirst().pow(2).mul(2.0)).add(x.getFirst()));
        put("log_sum_exp_by_hand", x -> {
            var m = stopGradient(max(x.getFirst(), true, -1));
            return log(sum(exp(x.getFirst().sub(m)), -1)).add(squeeze(m, -1));
        });
        put("concat_split", x -> {
            var parts = split(concatenate(List.of(x.get(0), x.get(1)), 1), 2, 1);
            return parts.get(0).mul(exp(parts.get(1)));
        });
        many("two_outputs", x -> List.of(sin(x.get(0)).mul(x.get(1)), sum(x.get(0).mul(x.get(1)))));
        put("rosenbrock", x -> {
            var low = x.getFirst().get(to(-1));
            return sum(square(x.getFirst().get(from(1)).sub(low.pow(2))).mul(100.0).add(low.subFrom(1.0).pow(2)));
        });
        put("outer_difference", x -> square(x.get(0).get(all(), newAxis()).sub(x.get(1).get(newAxis(), all()))));
        put("take_row", x -> take(x.get(0), x.get(1), 0));
        put("norm_of_rows", x -> sqrt(sum(x.getFirst().mul(x.getFirst()))));
        put("grad_of_sum_of_cubes", x -> grad((Array z) -> sum(z.pow(3))).apply(x.getFirst()));
    }

    private static void models() {
        put("affine", x -> x.get(1).matmul(x.get(0)).add(x.get(2)));
        put("mlp_mse", x -> {
            var h = tanh(x.get(0).matmul(x.get(2).T()).add(x.get(3)));
            return mean(square(h.matmul(x.get(4).T()).add(x.get(5)).sub(x.get(1))));
        });
        put("logistic_nll", x -> {
            var z = x.get(0).matmul(x.get(2)).add(x.get(3));
            return mean(logaddexp(z, 0.0).sub(x.get(1).mul(z)));
        });
        put("softmax_cross_entropy", x -> sum(x.get(1).mul(logsumexp(x.get(0), true, -1).sub(x.get(0)))));
        put("attention_block", x -> {
            var q = x.get(0).matmul(x.get(1));
            var k = x.get(0).matmul(x.get(2));
            var v = x.get(0).matmul(x.get(3));
            return softmax(q.matmul(k.T()).div(2.0), -1).matmul(v);
        });
        put("loop_recurrence", x -> {
            var h = zerosLike(x.get(0).get(0));
            for (int t = 0; t < x.get(0).dim(0); t++) h = tanh(x.get(0).get(t).add(x.get(1).matmul(h)));
            return h;
        });
        put("rms_norm_by_hand", x -> x.get(0).mul(rsqrt(mean(square(x.get(0)), true, -1).add(1e-5))).mul(x.get(1)));
        put("layer_norm_fused", x -> Fast.layerNorm(x.get(0), x.get(1), x.get(2), 1e-5));
        put("rms_norm_fused", x -> Fast.rmsNorm(x.get(0), x.get(1), 1e-5));
    }
}
