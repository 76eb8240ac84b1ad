package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/// Memory comes new from the system.
@Name("dev.lazuli.event.Allocation") @Label("Allocation") @Category("Lazuli")
public final class Allocation extends Event {
    /// Of the block.
    @Label("Bytes") @DataAmount public long bytes;
}
