package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.cpu.CpuBackend;
import dev.lazuli.memory.Machine;
import dev.lazuli.type.Device;
import java.util.Map;

/// The devices there are.
public final class Backends {
    private static final Map<Device, Backend> THERE = Map.of(Device.CPU, new CpuBackend());

    private Backends() {}

    /// What a device computes with.
    ///
    /// @throws IllegalArgumentException if it is not there
    public static Backend of(Device device) { return of("eval", device); }

    /// @param op whose message it is if the device is not there
    public static Backend of(String op, Device device) {
        var backend = THERE.get(device);
        if (backend == null)
            throw new IllegalArgumentException(op + ": " + device + " is not available: " + switch (device.type()) {
                case CPU -> "the processor is one device, and uses all of its cores";
                case GPU -> "there is no Metal backend yet";
            });
        return backend;
    }

    /// Whether a device is there.
    public static boolean has(Device device) { return THERE.containsKey(device); }

    /// How many devices of a type there are.
    public static int count(Device.Type type) {
        return (int) THERE.keySet().stream().filter(d -> d.type() == type).count();
    }

    /// What is known of a device.
    public static Map<String, Object> facts(String op, Device device) {
        return Map.of("device_name", of(op, device).name(), "architecture", System.getProperty("os.arch"),
            "memory_size", Machine.memory());
    }
}
