package dev.lazuli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another JVM like this one, for what depends on its flags.
public final class Jvm {
    private Jvm() {}

    /// Whether this JVM was given the Vector API.
    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    public static boolean hasC2() {
        var mode = System.getProperty("java.vm.info");
        return !mode.contains("interpreted") && !mode.contains("emulated-client");
    }

    /// Everything that a class prints, on both streams.
    public static String run(Class<?> main, boolean vectors, String... flags) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", System.getProperty("java.class.path"), "--enable-native-access=ALL-UNNAMED", "-Xlog:disable"));
        if (vectors) command.add("--add-modules=jdk.incubator.vector");
        command.addAll(List.of(flags));
        command.add(main.getName());
        var jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = jvm.inputReader()) {
            return out.readAllAsString();
        } finally {
            jvm.destroy();
        }
    }
}
