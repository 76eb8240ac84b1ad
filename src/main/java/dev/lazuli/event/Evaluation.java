package dev.lazuli.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/// Arrays are computed.
@Name("dev.lazuli.event.Evaluation") @Label("Evaluation") @Category("Lazuli")
public final class Evaluation extends Event {
    /// Arrays asked for.
    @Label("Results") public int results;

    /// Operations and arrays behind them.
    @Label("Entries") public int entries;

    /// What the plan does.
    @Label("Steps") public int steps;
}
