package dev.lazuli;

import static dev.lazuli.Lazuli.array;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeTest {
    record Layer(@Nullable Array weight, @Nullable Array bias, Optional<Array> scale, int heads) {}

    private final Array x = array(1f, 2f), y = array(3f);

    @Test void whatOneLacksIsTheOthers() {
        var left = new Layer(x, null, Optional.empty(), 4);
        var right = new Layer(null, y, Optional.of(x), 4);
        assertEquals(new Layer(x, y, Optional.of(x), 4), Tree.merge(left, right));
        assertEquals(Arrays.asList(x, y, x), Tree.merge(Arrays.asList(x, null), Arrays.asList(null, y, x)));
        assertEquals(Map.of("a", List.of(x, y), "b", x),
            Tree.merge(Map.of("a", Arrays.asList(x, null)), Map.of("b", x, "a", Arrays.asList(null, y))));
        assertSame(x, Tree.merge(x, x));
    }

    @Test void whatBothHaveMustBeTheSame() {
        var e = assertThrows(IllegalArgumentException.class,
            () -> Tree.merge(Map.of("w", List.of(x)), Map.of("w", List.of(y))));
        assertEquals("Tree.merge: both trees have an array at 'w.0'", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tree.merge(new Layer(x, null, Optional.empty(), 4),
            new Layer(null, y, Optional.empty(), 8)));
    }

    @Test void twoTreesAreMappedTogether() {
        var sum = Tree.map(Map.of("w", x), Map.of("w", y), Array::add);
        assertEquals("array([4, 5], dtype=float32)", sum.get("w").toString());
        var e = assertThrows(IllegalArgumentException.class,
            () -> Tree.map(Map.of("w", x), Map.of("v", y), Array::add));
        assertEquals("Tree.map: got arrays at [w] and [v]", e.getMessage());
    }
}
