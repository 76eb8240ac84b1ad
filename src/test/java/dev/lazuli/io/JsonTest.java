package dev.lazuli.io;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JsonTest {
    private static Json parse(String text) { return Json.parse("test.json", text); }

    @Test void readsEveryKind() {
        var json = parse("""
            {"s": "a\\u00e9\\ud83d\\ude00\\n", "i": -9223372036854775808, "u": 18446744073709551615, "d": 1.5e-3,
             "t": true, "n": null, "l": [1, [], {}]}""");
        assertEquals(List.of("s", "i", "u", "d", "t", "n", "l"), List.copyOf(json.object().keySet()));
        assertEquals("aé😀\n", json.at("s").string());
        assertEquals(Long.MIN_VALUE, json.at("i").integer());
        assertEquals(new BigInteger("18446744073709551615"), json.at("u").value());
        assertEquals(1.5e-3, json.at("d").number());
        assertTrue(json.at("t").bool());
        assertNull(json.find("n"));
        assertEquals(List.of(1L, List.of(), Map.of()), json.at("l").list());
        assertEquals(7, json.integer("absent", 7));
    }

    @Test void namesThePlace() {
        var json = parse("{\"rope\": {\"factors\": [1, \"two\"]}}");
        assertEquals("test.json: rope: factors[1]: expected a number, got the string 'two'",
            assertThrows(FormatException.class,
            () -> json.at("rope").at("factors").items().get(1).number()).getMessage());
        assertEquals("test.json: rope: no 'type', there are [factors]",
            assertThrows(FormatException.class, () -> json.at("rope").at("type")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,", "{\"a\":1,\"a\":2}", "{\"a\":1} x", "[1]]", "nul", "'a'", "{a:1}",
        "[1,]",
        "\"\\ud8", "NaN", "\"a\nb\"", "01", "// c\n1"})
    void refuses(String text) { assertThrows(FormatException.class, () -> parse(text)); }

    @Test void messagesSayNothingOfTheParser() {
        for (var text : new String[] {"{", "[1,", "{\"a\": [1, 2}", "nul"}) {
            var message = assertThrows(FormatException.class, () -> parse(text)).getMessage();
            assertTrue(message.startsWith("test.json: ") && !message.contains("Source"), message);
        }
    }

    @Test void refusesDeepNesting() {
        assertThrows(FormatException.class, () -> parse("[".repeat(1_000_000)));
        assertThrows(FormatException.class, () -> parse("{\"a\":".repeat(101)));
    }

    @Test void writesWhatItReads() {
        var text = "{\"a\":[1,2.5,-3,\"q\\\"\\\\\\u0001é\",true,null],\"b\":{}}";
        assertEquals(text, Json.write(parse(text).value()));
        assertEquals("[1.0,2]", Json.write(Arrays.asList(1f, 2)));
    }
}
