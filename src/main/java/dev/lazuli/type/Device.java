package dev.lazuli.type;

import java.util.Locale;

/// What computes: the processor, or one that is named here and not there yet.
///
/// @param type  what kind of device it is
/// @param index which one of its type, from 0
public record Device(Type type, int index) {
    /// The kinds of devices there are.
    public enum Type {
        /// Processors.
        CPU,
        /// Graphics processors.
        GPU
    }

    /// The processor.
    public static final Device CPU = new Device(Type.CPU, 0);

    /// The first graphics processor.
    public static final Device GPU = new Device(Type.GPU, 0);

    /// As MLX prints it: `Device(cpu, 0)`.
    @Override public String toString() { return "Device(" + type.name().toLowerCase(Locale.ROOT) + ", " + index + ")"; }
}
