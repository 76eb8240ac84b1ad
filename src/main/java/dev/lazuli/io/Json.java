package dev.lazuli.io;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A JSON value and where it stands, so that a mistake can be named: `config.json: rope.factor: expected a number`.
///
/// The value is a plain tree: `Map` (in order), `List`, `String`, `Long` (or `BigInteger`), `Double`, `Boolean`, null.
/// Documents nest at most 100 deep, and no object has a key twice.
///
/// @param where the file and the path inside it
/// @param value the value itself
public record Json(String where, @Nullable Object value) {
    private static final int DEPTH = 100;
    /// What the parser adds about a source that it does not know.
    private static final Pattern SOURCE = Pattern.compile(" \\([^()]*\\[Source: .*?\\]\\)");
    // Strings and names are limited by the document, which is in memory already. Names are not interned: a vocabulary
    // would fill the symbol table and profit nothing.
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH)
            .maxStringLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build())
        .build();

    /// Reads a file.
    ///
    /// @throws FormatException if it is not one JSON value in UTF-8
    public static Json read(Path path) { return parse(path.toString(), Mapping.text(path)); }

    /// Reads one JSON value.
    ///
    /// @param where what error messages call the text
    public static Json parse(String where, String text) {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) throw new FormatException(where + ": empty, expected JSON");
            var value = value(where, parser);
            if (parser.nextToken() != null) throw new FormatException(where + ": more text after the JSON value");
            return new Json(where, value);
        } catch (JacksonException e) {
            throw new FormatException(where + ": " + SOURCE.matcher(e.getOriginalMessage()).replaceAll("") + at(e), e);
        }
    }

    /// The JSON text of a tree of the types above, and any other `Number`.
    public static String write(@Nullable Object value) {
        var text = new StringWriter();
        try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, value);
        }
        return text.toString();
    }

    /// The value under a key of this object.
    ///
    /// @throws FormatException if there is none
    public Json at(String key) {
        return find(key) instanceof Json found ? found
            : fail("no '" + key + "', there are " + object().keySet().stream().limit(20).toList());
    }

    /// The value under a key of this object; null if it is absent or JSON's null.
    public @Nullable Json find(String key) {
        var found = object().get(key);
        return found == null ? null : new Json(where + ": " + key, found);
    }

    /// The elements of this array.
    public List<Json> items() {
        var list = list();
        var items = new ArrayList<Json>(list.size());
        for (int i = 0; i < list.size(); i++) items.add(new Json(where + "[" + i + "]", list.get(i)));
        return items;
    }

    /// The value as an object, its keys in order.
    ///
    /// @throws FormatException if it is something else; so do all of this kind
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> object() { return (Map<String, @Nullable Object>) as(Map.class, "an object"); }

    /// The value as an array.
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> list() { return (List<@Nullable Object>) as(List.class, "an array"); }

    /// The value as a string.
    public String string() { return as(String.class, "a string"); }

    /// The value as a boolean.
    public boolean bool() { return as(Boolean.class, "true or false"); }

    /// The value as a number, whole or not.
    public double number() { return as(Number.class, "a number").doubleValue(); }

    /// The value as a whole number of at most 64 bits.
    public long integer() { return as(Long.class, "an integer of at most 64 bits"); }

    /// The value under a key as a string, or another when it is absent or null.
    public String string(String key, String otherwise) {
        return find(key) instanceof Json found ? found.string() : otherwise;
    }

    /// The boolean of a key, or another if the key is missing.
    public boolean bool(String key, boolean otherwise) {
        return find(key) instanceof Json found ? found.bool() : otherwise;
    }

    /// The number of a key, or another if the key is missing.
    public double number(String key, double otherwise) {
        return find(key) instanceof Json found ? found.number() : otherwise;
    }

    /// The whole number of a key, or another if the key is missing.
    public long integer(String key, long otherwise) {
        return find(key) instanceof Json found ? found.integer() : otherwise;
    }

    /// Fails for what this value says: the message begins with its place.
    public <T> T fail(String message) { throw new FormatException(where + ": " + message); }

    private <T> T as(Class<T> type, String expected) {
        return type.isInstance(value) ? type.cast(value) : fail("expected " + expected + ", got " + brief());
    }

    private String brief() {
        return switch (value) {
            case Map<?, ?> m -> "an object of " + m.size();
            case List<?> l -> "an array of " + l.size();
            case String s -> "the string '" + (s.length() > 40 ? s.substring(0, 40) + "…" : s) + "'";
            case null -> "null";
            default -> value.toString();
        };
    }

    private static @Nullable Object value(String where, JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    var name = in.currentName();
                    if (map.containsKey(name)) throw new FormatException(where + ": the key '" + name + "' twice");
                    in.nextToken();
                    map.put(name, value(where, in));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                while (in.nextToken() != JsonToken.END_ARRAY) list.add(value(where, in));
                yield list;
            }
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT -> switch (in.getNumberType()) {
                case INT, LONG -> in.getLongValue();
                default -> in.getBigIntegerValue();
            };
            case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new FormatException(where + ": unexpected " + in.currentToken());
        };
    }

    private static void write(JsonGenerator out, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((name, v) -> {
                    out.writeName((String) name);
                    write(out, v);
                });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                for (var v : list) write(out, v);
                out.writeEndArray();
            }
            case String s -> out.writeString(s);
            case Boolean b -> out.writeBoolean(b);
            case BigInteger n -> out.writeNumber(n);
            case Float f -> out.writeNumber(f);
            case Double d -> out.writeNumber(d);
            case Number n -> out.writeNumber(n.longValue());
            case null -> out.writeNull();
            default -> throw new IllegalArgumentException("json: cannot write a " + value.getClass().getName());
        }
    }

    private static String at(JacksonException e) {
        var at = e.getLocation();
        return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
