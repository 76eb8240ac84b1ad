package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/// Something runs without a kernel of its own, or with a slower one.
@Name("dev.lazuli.event.Fallback") @Label("Fallback") @Category("Lazuli")
public final class Fallback extends Event {
    /// What runs.
    @Label("Operation") public @Nullable String operation;

    /// Why.
    @Label("Reason") public @Nullable String reason;
}
