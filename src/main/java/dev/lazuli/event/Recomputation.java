package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/// An array is computed a second time, because it was scratch the first time.
@Name("dev.lazuli.event.Recomputation") @Label("Recomputation") @Category("Lazuli")
public final class Recomputation extends Event {
    /// Which one.
    @Label("Operation") public @Nullable String operation;
}
