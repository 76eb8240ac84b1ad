package dev.lazuli.cpu;

import dev.lazuli.Shared;
import dev.lazuli.backend.Operand;
import dev.lazuli.io.Json;
import dev.lazuli.io.Safetensors;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// The norms, rotary embedding and attention against MLX's own results.
class FastGoldenTest {
    static List<Provider> providers() { return Provider.all(); }

    @ParameterizedTest @MethodSource("providers") void agreesWithMlx(Provider provider) {
        var cases = Json.read(Shared.path("golden/fast.json")).at("cases").items();
        var file = Safetensors.read(Shared.path("golden/fast.safetensors"));
        for (var c : cases) {
            var inputs = new HashMap<String, Operand>();
            var names = c.find("input_names");
            for (int i = 0; i < c.at("inputs").items().size(); i++) {
                var name = names == null ? "" : names.items().get(i).string();
                inputs.put(name.isEmpty() ? "" + i : name, operand(file, c.at("inputs").items().get(i).string()));
            }
            var want = operand(file, c.at("outputs").items().getFirst().string());
            try (var arena = Arena.ofShared()) {
                var out = Data.dense(arena, want.dtype(), want.shape().dims());
                run(provider, arena, c.at("op").string(), c.at("args"), inputs, out);
                Data.assertClose(Data.read(want), out, c.at("rtol").number(), c.at("atol").number(),
                    c.at("name").string());
            }
        }
        assertEquals(194, cases.size());
    }

    private static Operand operand(Safetensors file, String key) {
        var tensor = file.tensor(key);
        long[] strides = new long[tensor.shape().rank()];
        long next = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= tensor.shape().dim(i);
        }
        return new Operand(tensor.dtype(), tensor.shape(), strides, tensor.data().address());
    }

    private static void run(Provider provider, Arena arena, String op, Json args, Map<String, Operand> in,
                            Operand out) {
        var x = in.get("0");
        var rows = new Rows(provider);
        switch (op.substring("mx.fast.".length())) {
            case "rms_norm" -> rows.rmsNorm(x, parameter(in, "weight", "1"), (float) args.at("eps").number(), out);
            case "layer_norm" -> rows.layerNorm(x, parameter(in, "weight", "1"), parameter(in, "bias", "2"),
                (float) args.at("eps").number(), out);
            case "rope" -> {
                var offset = in.get("offset");
                if (offset == null) offset = Data.of(arena, Dtype.INT32, new double[] {args.at("offset").number()});
                long[] strides = new long[x.rank() - 2];
                if (offset.rank() == 1) strides[0] = 1;
                var leading = new Operand(offset.dtype(), x.shape().range(0, x.rank() - 2), strides, offset.address());
                var freqs = in.get("freqs");
                new Rope(provider).run(x, (int) args.at("dims").number(), args.at("traditional").bool(),
                    freqs == null ? args.at("base").number() : 0, args.at("scale").number(), leading, freqs, out);
            }
            case "scaled_dot_product_attention" -> {
                var mask = in.get("mask");
                if (mask != null) mask = broadcast(mask, x.shape().with(-1, in.get("1").dim(-2)));
                new FlashAttention(provider).run(x, in.get("1"), in.get("2"), (float) args.at("scale").number(),
                    args.find("mask") != null, mask, in.get("sinks"), out);
            }
            default -> throw new AssertionError(op);
        }
    }

    private static @Nullable Operand parameter(Map<String, Operand> in, String name, String position) {
        return in.containsKey(name) ? in.get(name) : in.get(position);
    }

    private static Operand broadcast(Operand x, Shape shape) {
        long[] strides = new long[shape.rank()];
        int added = shape.rank() - x.rank();
        for (int i = 0; i < x.rank(); i++) strides[added + i] = x.dim(i) == 1 ? 0 : x.stride(i);
        return new Operand(x.dtype(), shape, strides, x.address());
    }
}
