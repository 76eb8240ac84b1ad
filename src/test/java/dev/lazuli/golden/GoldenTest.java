package dev.lazuli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lazuli.Fast;
import dev.lazuli.Lazuli;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/// Results of MLX, case by case. Functions that our API does not have yet are counted and named in each group's last
/// test; cases that need an argument it does not have are skipped with the reason.
class GoldenTest {
    @TestFactory List<DynamicTest> dtypes() { return group("dtypes"); }

    @TestFactory List<DynamicTest> ops() { return group("ops"); }

    @TestFactory List<DynamicTest> fast() { return group("fast"); }

    @TestFactory List<DynamicTest> quantize() { return group("quantize"); }

    @TestFactory List<DynamicTest> grads() { return group("grads"); }

    @TestFactory List<DynamicTest> printing() { return group("printing"); }

    private static List<DynamicTest> group(String group) {
        var tests = new ArrayList<DynamicTest>();
        var later = new TreeMap<String, Integer>();
        var counts = new int[2];
        for (var given : Case.all(group)) {
            if (!isKnown(given)) later.merge(given.op(), 1, Integer::sum);
            else tests.add(dynamicTest(given.name(), () -> {
                try {
                    run(given);
                    counts[0]++;
                } catch (Later e) {
                    counts[1]++;
                    later.merge(given.op() + ": " + e.getMessage(), 1, Integer::sum);
                    throw new TestAbortedException("later: " + e.getMessage());
                }
            }));
        }
        int cases = tests.size();
        tests.add(dynamicTest("for later", () -> System.out.println("golden " + group + ": " + counts[0] + " of " + cases + " passed, "
            + counts[1] + " skipped; for later: " + later)));
        return tests;
    }

    private static boolean isKnown(Case given) {
        return Operations.TABLE.containsKey(given.op()) || given.expected() != null && Facts.TABLE.containsKey(given.op());
    }

    private static void run(Case given) {
        var operation = Operations.TABLE.get(given.op());
        if (given.isRejected()) rejected(given, operation);
        else if (given.json().find("transform") != null) new Transform(given, operation).check(new Compare(given.rtol(), given.atol()));
        else if (given.args().containsKey("table")) Facts.types(given, operation);
        else if (given.expected() != null) assertEquals(given.expected(), Facts.TABLE.get(given.op()).of(given.call()));
        else {
            var call = given.call();
            var got = operation.of(call);
            assertEquals(Set.of(), call.ignored(), "arguments not looked at");
            new Compare(given.rtol(), given.atol()).all("output", given.arrays("outputs"), got);
        }
    }

    // Our own exception, thrown at the call, that names the operation and says what is wrong.
    private static void rejected(Case given, Operations.Operation operation) {
        try {
            operation.of(given.call());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            assertTrue(e.getStackTrace()[0].getClassName().startsWith("dev.lazuli."), () -> "thrown by " + e.getStackTrace()[0]);
            assertNotNull(e.getMessage());
            assertTrue(e.getMessage().matches("(?s)\\w+: .+"), e.getMessage());
            return;
        }
        fail("expected an exception, as MLX: " + given.json().at("error").value());
    }

    /// Whatever the API has under MLX's name must be compared with MLX.
    @Test void nothingIsPassedOver() {
        var have = Stream.of(Lazuli.class, Fast.class).flatMap(c -> Stream.of(c.getMethods()))
            .filter(m -> Modifier.isStatic(m.getModifiers())).map(Method::getName).collect(Collectors.toSet());
        var missing = new TreeSet<String>();
        for (var group : List.of("dtypes", "ops", "fast", "quantize", "grads"))
            for (var given : Case.all(group)) {
                var name = given.op().substring(given.op().lastIndexOf('.') + 1);
                if (have.contains(camel(name)) && given.op().startsWith("mx.") && !isKnown(given)) missing.add(given.op());
            }
        assertEquals(Set.of(), missing);
    }

    private static String camel(String name) {
        var words = name.split("_");
        for (int i = 1; i < words.length; i++) words[i] = words[i].substring(0, 1).toUpperCase() + words[i].substring(1);
        return String.join("", words);
    }
}
