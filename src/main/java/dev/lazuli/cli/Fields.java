package dev.lazuli.cli;

import java.io.StringWriter;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Named values as one line for another program.
final class Fields {
    private Fields() {}

    static String csv(SequencedMap<String, Object> fields) {
        return fields.values().stream().map(v -> '"' + v.toString().replace("\"", "\"\"") + '"').collect(Collectors.joining(","));
    }

    /// An object; lists of numbers become arrays.
    static String json(SequencedMap<String, Object> fields) {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            fields.forEach((name, value) -> {
                json.writeName(name);
                write(json, value);
            });
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) {
        switch (value) {
            case Double d -> json.writeNumber(d);
            case Number n -> json.writeNumber(n.longValue());
            case Boolean b -> json.writeBoolean(b);
            case List<?> list -> {
                json.writeStartArray();
                for (var x : list) write(json, x);
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }
}
