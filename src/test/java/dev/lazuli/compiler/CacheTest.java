package dev.lazuli.compiler;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Test;

class CacheTest {
    @Test void whatWasNotUsedForLongestGoesFirst() {
        var cache = new Cache<String, String>(10, String::length);
        cache.get("four", () -> "4");
        cache.get("three", () -> "5");
        assertEquals(2, cache.size());
        cache.get("four", () -> fail("it is there"));
        cache.get("xx", () -> "2");
        assertEquals(2, cache.size());
        assertEquals("4", cache.get("four", () -> fail("it was used last")));
        assertEquals("again", cache.get("three", () -> "again"));
        assertEquals(4, cache.misses());
    }

    @Test void whatIsTooLargeIsNotKept() {
        var cache = new Cache<String, String>(3, String::length);
        assertEquals("value", cache.get("large", () -> "value"));
        assertEquals(0, cache.size());
    }
}
