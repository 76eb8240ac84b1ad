package dev.lazuli.golden;

import static dev.lazuli.Lazuli.array;

import dev.lazuli.Array;
import dev.lazuli.Shared;
import dev.lazuli.io.Json;
import dev.lazuli.io.Safetensors;
import dev.lazuli.type.Dtype;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry of a manifest of reference data: a call, and what MLX made of it.
record Case(String group, Json json, Safetensors tensors) {
    /// All cases of a group, in the manifest's order.
    static List<Case> all(String group) {
        var manifest = Json.read(Shared.path("golden/" + group + ".json"));
        var tensors = Safetensors.read(Shared.path("golden/" + group + ".safetensors"));
        return manifest.at("cases").items().stream().map(json -> new Case(group, json, tensors)).toList();
    }

    String name() { return json.at("name").string(); }

    String op() { return json.at("op").string(); }

    double rtol() { return json.at("rtol").number(); }

    double atol() { return json.at("atol").number(); }

    boolean isRejected() { return json.find("error") != null; }

    @Nullable Object expected() { return json.find("expected") instanceof Json found ? found.value() : null; }

    Map<String, @Nullable Object> args() { return json.at("args").object(); }

    /// The arrays a field lists: `inputs`, `outputs`, `grads`.
    List<Array> arrays(String field) { return strings(field).stream().map(this::tensor).toList(); }

    List<String> strings(String field) {
        return json.find(field) instanceof Json found ? found.items().stream().map(Json::string).toList() : List.of();
    }

    int[] ints(String field) { return json.at(field).items().stream().mapToInt(i -> (int) i.integer()).toArray(); }

    Array tensor(String key) {
        var tensor = tensors.tensor(key);
        if (!strings("complex").contains(key)) return array(tensor.data(), tensor.dtype(), tensor.shape().dims());
        return array(tensor.data(), Dtype.COMPLEX64, tensor.shape().without(-1).dims());
    }

    /// The call of this case, with its inputs.
    Call call() { return new Call(this, arrays("inputs")); }
}
