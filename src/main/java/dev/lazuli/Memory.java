package dev.lazuli;

import dev.lazuli.memory.Pool;

/// The memory that arrays take, in bytes, and how much they may.
///
/// Memory whose array is gone waits to be used again, up to a limit of its own. Files that are mapped do not count.
public final class Memory {
    private Memory() {}

    /// Bytes of arrays in use.
    ///
    /// ```
    /// var x = zeros(1000);
    /// eval(x);
    /// Memory.active() >= x.bytes()    // true
    /// ```
    public static long active() { return Pool.active(); }

    /// The most that was in use since the program began, or since it was reset.
    ///
    /// ```
    /// Memory.peak() >= Memory.active()    // true
    /// ```
    public static long peak() { return Pool.peak(); }

    /// Lets [#peak] count from what is in use now.
    ///
    /// ```
    /// Memory.resetPeak();
    /// ```
    public static void resetPeak() { Pool.resetPeak(); }

    /// Bytes that wait to be used again.
    ///
    /// ```
    /// Memory.cached() <= Memory.cacheLimit()    // true
    /// ```
    public static long cached() { return Pool.cached(); }

    /// The most that may be in use: three quarters of the machine's memory unless set, by property `lazuli.memory` or
    /// here.
    ///
    /// ```
    /// Memory.limit() > 1L << 20    // true
    /// ```
    public static long limit() { return Pool.limit(); }

    /// Sets the most that may be in use; an array that would need more throws an `OutOfMemoryException`.
    ///
    /// @return the limit before
    public static long limit(long bytes) {
        long before = Pool.limit();
        Pool.limit(checked("limit", bytes));
        return before;
    }

    /// The most that may wait to be used again: a quarter of the limit unless set.
    ///
    /// ```
    /// Memory.cacheLimit() <= Memory.limit()    // true
    /// ```
    public static long cacheLimit() { return Pool.cacheLimit(); }

    /// Sets the most that may wait to be used again; 0 gives everything back to the system at once.
    ///
    /// @return the limit before
    public static long cacheLimit(long bytes) {
        long before = Pool.cacheLimit();
        Pool.cacheLimit(checked("cacheLimit", bytes));
        return before;
    }

    private static long checked(String name, long bytes) {
        if (bytes < 0) throw new IllegalArgumentException(name + ": expected at least 0 bytes, got " + bytes);
        return bytes;
    }

    /// Gives all that waits back to the system.
    ///
    /// ```
    /// Memory.clearCache();
    /// ```
    public static void clearCache() { Pool.clearCache(); }
}
