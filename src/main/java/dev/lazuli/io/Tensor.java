package dev.lazuli.io;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;

import java.lang.foreign.MemorySegment;

/// A tensor of a file in row-major order and the machine's (little-endian) byte order, at any alignment.
///
/// @param dtype the type of the elements
/// @param shape the lengths of the axes
/// @param data the elements' bytes
public record Tensor(Dtype dtype, Shape shape, MemorySegment data) {
    /// The bytes that the elements of a shape take.
    static long bytes(Dtype dtype, Shape shape) { return shape.size() * dtype.bytes(); }

    /// @throws IllegalArgumentException if the data is not as long as the shape says
    void check(String what) {
        if (data.byteSize() != bytes(dtype, shape))
            throw new IllegalArgumentException(what + ": a " + dtype + " of shape " + shape + " has "
                + bytes(dtype, shape) + " bytes, got " + data.byteSize());
    }
}
