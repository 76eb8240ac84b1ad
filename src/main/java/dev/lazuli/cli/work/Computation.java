package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;

/// Work that is one array, computed anew in each run.
public interface Computation extends Workload {
    Array result();

    /// Compares what was got in place of the result.
    void check(Array got);

    @Override default void check() { check(Data.evaluated(result())); }

    @Override default void run() { Lazuli.eval(result()); }
}
