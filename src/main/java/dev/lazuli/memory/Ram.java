package dev.lazuli.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The whole address space as one segment, so that a kernel's bounds checks cost nothing.
///
/// An access names an absolute address. Whoever launches a kernel has checked shapes, strides and offsets of every
/// operand once, before; nothing checks them afterwards.
public final class Ram {
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long ADDRESSES = (1L << 56) - 1;

    private Ram() {}

    /// The address itself, as a number that C2 knows to be far from overflowing.
    ///
    /// In a loop whose accesses are a bounded address plus a constant times an [#index], C2 proves every check true and
    /// drops it. Otherwise each entry into the loop costs hundreds of instructions of checks, each round some.
    public static long bounded(long address) { return address & ADDRESSES; }

    /// Writes zeros; unlike `fill` it needs no segment of the bytes.
    public static void zero(long address, long bytes) {
        long i = 0;
        for (; i <= bytes - 8; i += 8) ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address + i, 0);
        for (; i < bytes; i++) ALL.set(ValueLayout.JAVA_BYTE, address + i, (byte) 0);
    }

    /// The loop variable itself, which is not negative.
    public static long index(int i) { return i & 0x7FFF_FFFFL; }
}
