package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A graph of a new structure is fused and ordered.
@Name("dev.lazuli.event.PlanMade") @Label("Plan made") @Category("Lazuli") @StackTrace(false)
public final class PlanMade extends Event {
    /// Operations and arrays of the graph.
    @Label("Entries") public int entries;

    /// What the plan does.
    @Label("Steps") public int steps;
}
