package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// A fused program gets a kernel.
@Name("dev.lazuli.event.KernelMade") @Label("Kernel made") @Category("Lazuli") @StackTrace(false)
public final class KernelMade extends Event {
    /// Its instructions.
    @Label("Program") public @Nullable String program;
}
