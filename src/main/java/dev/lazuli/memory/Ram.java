package dev.lazuli.memory;

import java.lang.foreign.MemorySegment;

/// The whole address space as one segment, so that a kernel's bounds checks cost nothing.
///
/// An access names an absolute address. Whoever launches a kernel has checked shapes, strides and offsets of every
/// operand once, before; nothing checks them afterwards.
public final class Ram {
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Ram() {}
}
