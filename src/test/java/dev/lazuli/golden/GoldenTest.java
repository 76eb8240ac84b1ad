package dev.lazuli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lazuli.Fast;
import dev.lazuli.Fft;
import dev.lazuli.Lazuli;
import dev.lazuli.Linalg;
import dev.lazuli.Random;
import dev.lazuli.io.Json;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    /// Cases whose terms cancel so far that the order of additions shows, and the error allowed.
    private static final Map<String, Double> CANCELLING = Map.of(
        "quantized_matmul/batch_b4_g64_x4d", 45 * 0x1p-23,
        "quantized_matmul/batch_b4_g64", 48 * 0x1p-23);

    @TestFactory List<DynamicTest> dtypes() { return group("dtypes"); }

    @TestFactory List<DynamicTest> ops() { return group("ops"); }

    @TestFactory List<DynamicTest> linalg() { return group("linalg"); }

    @TestFactory List<DynamicTest> fast() { return group("fast"); }

    @TestFactory List<DynamicTest> fft() { return group("fft"); }

    @TestFactory List<DynamicTest> quantize() { return group("quantize"); }

    @TestFactory List<DynamicTest> grads() { return group("grads"); }

    @TestFactory List<DynamicTest> random() { return group("random"); }

    @TestFactory List<DynamicTest> printing() { return group("printing"); }

    @TestFactory List<DynamicTest> io() { return group("io"); }

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
                    assertTrue(Differences.isKnown(e.getMessage()), e.getMessage());
                    counts[1]++;
                    later.merge(given.op() + ": " + e.getMessage(), 1, Integer::sum);
                    throw new TestAbortedException("later: " + e.getMessage());
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(given.name() + ": " + e.getMessage(), e); // reports only have numbers
                }
            }));
        }
        int cases = tests.size();
        tests.add(dynamicTest("for later", () -> System.out.println("golden " + group + ": " + counts[0] + " of "
            + cases + " passed, " + counts[1] + " skipped; for later: " + later)));
        return tests;
    }

    private static boolean isKnown(Case given) {
        return Operations.TABLE.containsKey(given.op())
            || given.group().equals("io") || given.expected() != null && Facts.TABLE.containsKey(given.op());
    }

    private static void run(Case given) throws IOException {
        var reason = Differences.BETTER.get(given.name());
        if (reason == null) compare(given);
        else assertThrows(AssertionError.class, () -> compare(given), reason);
    }

    private static void compare(Case given) throws IOException {
        var operation = Operations.TABLE.get(given.op());
        var compare = new Compare(given.rtol(), CANCELLING.getOrDefault(given.name(), given.atol()));
        if (given.group().equals("io")) SavedFiles.check(given, compare);
        else if (given.isRejected()) rejected(given, operation);
        else if (given.json().find("transform") != null) new Transform(given, operation).check(compare);
        else if (given.args().containsKey("table")) Facts.types(given, operation);
        else if (given.expected() != null)
            assertEquals(given.expected(), Facts.TABLE.get(given.op()).of(given.call()));
        else {
            var call = given.call();
            var got = operation.of(call);
            assertEquals(Set.of(), call.ignored(), "arguments not looked at");
            if (given.json().find("check") instanceof Json check)
                Checks.run(check.string(), call, given.arrays("outputs"), got, compare);
            else compare.all("output", given.arrays("outputs"), got);
        }
    }

    // Our own exception, thrown at the call, that names the operation and says what is wrong.
    private static void rejected(Case given, Operations.Operation operation) {
        try {
            operation.of(given.call());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            var place = e.getStackTrace()[0];
            assertTrue(place.getClassName().startsWith("dev.lazuli."), () -> "thrown by " + place);
            assertNotNull(e.getMessage());
            assertTrue(e.getMessage().matches("(?s)\\w+: .+"), e.getMessage());
            return;
        }
        fail("expected an exception, as MLX: " + given.json().at("error").value());
    }

    /// Whatever the API has under MLX's name must be compared with MLX.
    @Test void nothingIsPassedOver() {
        var have = Stream.of(Lazuli.class, Fast.class, Fft.class, Linalg.class, Random.class)
            .flatMap(c -> Stream.of(c.getMethods()))
            .filter(m -> Modifier.isStatic(m.getModifiers())).map(Method::getName).collect(Collectors.toSet());
        var missing = new TreeSet<String>();
        for (var group : List.of("dtypes", "ops", "linalg", "fast", "fft", "random", "quantize", "grads"))
            for (var given : Case.all(group)) {
                if (!given.op().matches("mx\\.(fast\\.|fft\\.|linalg\\.|random\\.)?\\w+")) continue;
                var name = given.op().substring(given.op().lastIndexOf('.') + 1);
                if (have.contains(Differences.camel(name)) && !isKnown(given)) missing.add(given.op());
            }
        assertEquals(Set.of(), missing);
    }

    /// What the first version promises.
    @Test void nothingAskedForIsMissing() {
        var asked = """
            abs arccos arccosh arcsin arcsinh arctan arctanh arctan2 ceil conjugate cos cosh degrees erf erfinv exp
            expm1 floor imag isfinite isinf isnan isneginf isposinf log log10 log1p log2 logical_not nan_to_num
            negative positive radians real reciprocal round rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc
            add subtract multiply divide divmod floor_divide remainder power maximum minimum logaddexp
            equal not_equal less less_equal greater greater_equal isclose allclose array_equal
            logical_and logical_or logical_xor bitwise_invert bitwise_and bitwise_or bitwise_xor left_shift right_shift
            where clip reshape transpose permute_dims broadcast_to squeeze expand_dims flatten unflatten swapaxes
            moveaxis view contiguous
            concatenate concat stack split pad take take_along_axis put_along_axis slice slice_update
            sum prod min max mean var std any all argmin argmax logsumexp softmax matmul
            arange linspace full full_like zeros zeros_like ones ones_like eye identity tri tril triu
            astype stop_gradient quantize dequantize quantized_matmul
            fast.rms_norm fast.layer_norm fast.rope fast.scaled_dot_product_attention""";
        var missing = Stream.of(asked.split("\\s+"))
            .filter(name -> !Operations.TABLE.containsKey("mx." + name)).toList();
        assertEquals(List.of(), missing);
    }
}
