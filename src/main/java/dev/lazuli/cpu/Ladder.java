package dev.lazuli.cpu;

import dev.lazuli.cpu.scalar.ScalarProvider;
import dev.lazuli.cpu.vector.VectorProvider;

import java.util.List;

/// Chooses the provider: each rung is one reason why the vector provider cannot serve.
///
/// No class that mentions the incubator module is linked before the first rung has found it.
final class Ladder {
    static final Provider CHOSEN = choose();

    private Ladder() {}

    static List<Provider> all() {
        return hasVectorModule()
            ? List.of(VectorProvider.create(), ScalarProvider.create())
            : List.of(ScalarProvider.create());
    }

    private static Provider choose() {
        var log = System.getLogger("dev.lazuli.cpu");
        var wish = System.getProperty("lazuli.provider", "");
        switch (wish) {
            case "", "vector" -> {}
            case "scalar" -> {
                log.log(System.Logger.Level.DEBUG, "scalar kernels, as -Dlazuli.provider=scalar asks");
                return ScalarProvider.create();
            }
            default -> throw new IllegalArgumentException(
                "lazuli.provider: got " + wish + ", expected vector or scalar");
        }
        if (!hasVectorModule()) {
            var flag = "add --add-modules jdk.incubator.vector to the java command";
            if (wish.equals("vector")) throw new IllegalStateException("lazuli.provider=vector: " + flag);
            log.log(System.Logger.Level.INFO,
                flag + ": its vector kernels are 5 to 30 times as fast as the scalar ones in use");
            return ScalarProvider.create();
        }
        var vector = VectorProvider.create();
        if (wish.isEmpty()) {
            var reason = !hasC2()
                ? "remove -Xint or -XX:TieredStopAtLevel from the java command: vector kernels need C2"
                : vector.lanes() < 4 ? "vectors of " + vector.lanes() + " floats are too short" : "";
            if (!reason.isEmpty()) {
                log.log(System.Logger.Level.INFO, reason + "; scalar kernels in use, 5 to 30 times as slow");
                return ScalarProvider.create();
            }
        }
        log.log(System.Logger.Level.DEBUG, "vector kernels of " + vector.lanes() + " float lanes");
        return vector;
    }

    private static boolean hasVectorModule() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /// HotSpot says so in the text `java -version` prints: `mixed mode, emulated-client` is C1 alone.
    private static boolean hasC2() {
        var mode = System.getProperty("java.vm.info", "");
        return !mode.contains("interpreted") && !mode.contains("emulated-client");
    }
}
