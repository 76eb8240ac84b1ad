package dev.lazuli;

import static dev.lazuli.Index.at;
import static dev.lazuli.Lazuli.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.memory.OutOfMemoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Mistakes are thrown by the call that made them, in its name, with what it got.
class MessagesTest {
    private static void assertMessage(String want, Executable call) {
        assertEquals(want, assertThrows(RuntimeException.class, call).getMessage());
    }

    @Test void operationsAreCalledByTheirName() {
        assertMessage("take: expected integer indices, got float32", () -> take(array(1, 2), array(1f), 0));
        assertMessage("takeAlongAxis: expected integer indices, got float32",
            () -> takeAlongAxis(array(1, 2), array(1f), 0));
        assertMessage("stack: expected arrays of one shape, got (2,) and (3,)",
            () -> stack(List.of(zeros(2), zeros(3)), 0));
        assertMessage("at: shapes do not broadcast: (2,) and (3,)", () -> zeros(2, 3).at(at(0)).set(zeros(2)));
        assertMessage("at: (4, 3) does not broadcast to (3,)", () -> zeros(2, 3).at(at(0)).set(zeros(4, 3)));
        assertMessage("donate: (3,) from 2 on does not fit axis 0 of (4,)", () -> donate(zeros(4), ones(3), 0, 2));
        assertMessage("expandDims: axis 4 is out of bounds for shape (1, 2)", () -> expandDims(zeros(2), 4));
        assertMessage("scaledDotProductAttention: shapes do not broadcast: (1, 4, 2, 2) and (3, 3)",
            () -> Fast.scaledDotProductAttention(zeros(1, 4, 2, 4), zeros(1, 2, 2, 4), zeros(1, 2, 2, 4), 1,
                zeros(3, 3)));
        assertMessage("matmul: inner dimensions differ: (2, 3) · (4, 5)", () -> zeros(2, 3).matmul(zeros(4, 5)));
        assertMessage("sum: axis 2 is out of bounds for shape (2, 3)", () -> sum(zeros(2, 3), 2));
        assertMessage("item: expected one element, got shape (2, 3)", () -> zeros(2, 3).item());
    }

    @Test void sizesBeyondAllMemoryAreNamed() {
        assertMessage("shape: more than 2^59 elements in (1073741824, 1073741824, 1073741824)",
            () -> zeros(1 << 30, 1 << 30, 1 << 30));
        assertMessage("shape: more than 2^59 elements in (1073741824, 1073741824, 4)",
            () -> zeros(1 << 30, 1 << 30, 4));
        assertThrows(OutOfMemoryException.class, () -> eval(zeros(1 << 30, 1 << 29).add(1)));
        assertEquals(0, zeros(1 << 30, 0, 1 << 30, 1 << 30).size());
    }

    @Test void filesAreCalledByTheirName() {
        assertMessage("nowhere.safetensors: no such file or folder", () -> load(Path.of("nowhere.safetensors")));
        assertMessage(Path.of("nowhere/x.safetensors") + ": no such file or folder",
            () -> saveSafetensors(Path.of("nowhere/x.safetensors"), Map.of("a", zeros(2)), Map.of()));
    }
}
