package dev.lazuli.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What memory this process may use.
public final class Machine {
    private static final Path CGROUP = Path.of("/sys/fs/cgroup/memory.max");
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private Machine() {}

    /// Bytes of physical memory, or of the container if that is less.
    public static long memory() {
        try {
            if (!Files.exists(MEMINFO)) return bean(); // starting the management module takes tens of milliseconds
            long total = 1024 * Long.parseLong(Files.readAllLines(MEMINFO).getFirst().replaceAll("\\D", ""));
            var max = Files.exists(CGROUP) ? Files.readString(CGROUP).strip() : "max";
            return max.equals("max") ? total : Math.min(total, Long.parseLong(max));
        } catch (IOException | NumberFormatException e) {
            return bean();
        }
    }

    private static long bean() {
        var bean = ManagementFactory.getOperatingSystemMXBean();
        return bean instanceof com.sun.management.OperatingSystemMXBean os ? os.getTotalMemorySize()
            : 4 * Runtime.getRuntime().maxMemory();
    }
}
