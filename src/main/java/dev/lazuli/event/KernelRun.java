package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// A kernel computes an array.
@Name("dev.lazuli.event.KernelRun") @Label("Kernel run") @Category("Lazuli") @StackTrace(false)
public final class KernelRun extends Event {
    /// What it computes.
    @Label("Kernel") public @Nullable String kernel;

    /// Of the result.
    @Label("Shape") public @Nullable String shape;

    /// Read and written, each operand once.
    @Label("Bytes") @DataAmount public long bytes;
}
