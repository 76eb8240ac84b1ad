package dev.lazuli.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the process runs on, as far as it decides about speed.
///
/// @param memory bytes that this process may use: the container's limit if there is one, else the machine's memory
/// @param physical bytes of memory in the machine
/// @param vectors whether the Vector API is there
/// @param optimized whether the JVM's optimizing compiler (C2) is on
/// @param nativeAccess whether native calls are allowed without a warning
/// @param hugePages Linux's policy (`always`, `madvise`, `never`), else `none`
record Machine(String cpu, int threads, long memory, long physical, boolean vectors, boolean optimized,
               boolean nativeAccess, String hugePages) {

    /// Something to type, and what it buys.
    record Advice(String flag, String gain) {}

    static Machine here() {
        long memory = usableMemory();
        return new Machine(cpuName(), cpuThreads(), memory, Math.max(memory, physicalMemory()), hasVectors(),
            isOptimizing(), Machine.class.getModule().isNativeAccessEnabled(), hugePagePolicy());
    }

    /// The flags and settings that would make this process faster, the most useful first.
    List<Advice> advice() {
        var list = new ArrayList<Advice>();
        if (!vectors)
            list.add(new Advice("--add-modules jdk.incubator.vector", "vector kernels instead of scalar ones"));
        if (!optimized)
            list.add(new Advice("remove -Xint or -XX:TieredStopAtLevel", "the optimizing compiler, which vector "
                + "kernels need"));
        if (!nativeAccess)
            list.add(new Advice("--enable-native-access=ALL-UNNAMED", "no warning at the first native call, and "
                + "native calls on later JDKs that forbid them by default"));
        if (hugePages.equals("never"))
            list.add(new Advice("echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
                "weights in huge pages, read faster"));
        return list;
    }

    static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /// Threads that kernels use: `-Dlazuli.threads`, or as many as the process has processors.
    static int cpuThreads() {
        return Math.max(1, Integer.getInteger("lazuli.threads", Runtime.getRuntime().availableProcessors()));
    }

    /// Bytes that this process may use, the container's limit included.
    static long usableMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    static String cpuName() {
        try {
            var linux = Path.of("/proc/cpuinfo");
            if (Files.exists(linux)) {
                try (var lines = Files.lines(linux)) {
                    return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst().orElse("unnamed");
                }
            }
            var sysctl = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").start();
            try (var out = sysctl.inputReader()) {
                var name = out.readLine();
                return name == null ? "unnamed" : name.strip();
            }
        } catch (IOException e) {
            return "unnamed";
        }
    }

    private static boolean isOptimizing() {
        if (System.getProperty("java.vm.info", "").contains("interpreted mode")) return false;
        var vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return vm.getVMOption("TieredCompilation").getValue().equals("false")
            || Integer.parseInt(vm.getVMOption("TieredStopAtLevel").getValue()) >= 4;
    }

    private static long physicalMemory() {
        return firstLine(Path.of("/proc/meminfo"), "0").replaceAll("\\D", "").transform(Long::parseLong) * 1024;
    }

    private static String hugePagePolicy() {
        var policy = firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"), "[none]");
        return policy.substring(policy.indexOf('[') + 1, policy.indexOf(']'));
    }

    private static String firstLine(Path file, String otherwise) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
