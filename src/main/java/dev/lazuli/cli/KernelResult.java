package dev.lazuli.cli;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A line that `lazuli bench --kernels` prints.
///
/// @param ratio 1 where the limit is met; of a time, the limit divided by what was reached
/// @param tokens a second, or 0
record KernelResult(String name, double reached, double limit, String unit, double ratio, double tokens) {
    static KernelResult of(String name, Bound bound, double reached, double limit, double tokens) {
        return new KernelResult(name, reached, limit, bound.unit, bound.ratio(reached, limit), tokens);
    }

    SequencedMap<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", name);
        fields.put("reached", reached);
        fields.put("limit", limit);
        fields.put("unit", unit);
        fields.put("ratio", ratio);
        return fields;
    }
}
