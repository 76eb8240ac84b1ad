package dev.lazuli.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// A run of off-heap bytes that is valid as long as this object is reachable, unless it is released before.
public final class Buffer {
    private final long address;
    private final long bytes;
    private final Object owner;
    private volatile boolean shared;
    /// What takes the bytes back when nobody reaches them, once the pool lets them live that long.
    Cleaner.@Nullable Cleanable kept;

    /// @param owner whatever must stay reachable for the bytes to stay valid
    Buffer(long address, long bytes, Object owner) {
        this.address = address;
        this.bytes = bytes;
        this.owner = owner;
    }

    /// The bytes of a segment, without a copy: it must be native, and stays reachable through the buffer.
    public static Buffer of(MemorySegment segment) {
        if (!segment.isNative())
            throw new IllegalArgumentException("buffer: expected a native segment, got one on the Java heap");
        return new Buffer(segment.address(), segment.byteSize(), segment);
    }

    public long address() { return address; }

    public long bytes() { return bytes; }

    /// Notes that more than one array, or somebody outside, sees these bytes.
    public void share() { shared = true; }

    public boolean isShared() { return shared; }

    /// The bytes as a segment that keeps this buffer reachable.
    public MemorySegment segment() {
        share();
        return MemorySegment.ofAddress(address).reinterpret(bytes, Arena.ofAuto(),
            s -> Reference.reachabilityFence(this));
    }

    Object owner() { return owner; }

    /// @throws IllegalStateException if the bytes are those of a segment whose arena was closed
    public void requireAlive() {
        if (owner instanceof MemorySegment segment && !segment.scope().isAlive())
            throw new IllegalStateException("array: the arena of the segment that it lies in was closed");
    }

    /// Whether the pool may hand these bytes to somebody else, or write results over them.
    public boolean isPooled() { return owner instanceof Pool.Block; }
}
